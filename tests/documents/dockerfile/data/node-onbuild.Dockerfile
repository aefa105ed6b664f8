from node:22-bookworm-slim as deps
run corepack enable
copy package.json pnpm-lock.yaml ./
run --mount=type=cache,id=pnpm,target=/pnpm/store pnpm install --frozen-lockfile

from deps as build
onbuild copy . .
onbuild run --mount=type=bind,from=node:22-bookworm,source=/usr/local/bin,target=/tools make

from nginx:1.27-alpine
copy --from=build /app/dist /usr/share/nginx/html
copy <<-nginx.conf /etc/nginx/conf.d/default.conf
	server {
		listen 80;
		# COPY --from=alpine / /
		root /usr/share/nginx/html;
	}
	nginx.conf
