# syntax=docker/dockerfile:1
FROM rust:1.83 AS chef
RUN cargo install cargo-chef \
    # pinned elsewhere

    --locked
FROM chef AS planner
COPY . .
RUN cargo chef prepare
FROM chef AS builder
COPY --from=planner /recipe.json recipe.json
RUN <<EOF
cargo chef cook --release
EOF
FROM debian:\
bookworm-slim
COPY --from=builder /target/release/app /usr/local/bin
