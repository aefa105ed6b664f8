variable "ALPINE" {
  default = "3.22"
}
variable "REGISTRY" {
  default = "docker.io/acme"
}

group "default" {
  targets = ["api", "tools"]
}

target "base" {
  platforms = ["linux/amd64", "linux/arm64"]
  contexts = {
    alpine = "docker-image://alpine:${ALPINE}"
  }
}

target "api" {
  name     = "api-${replace(go, ".", "-")}"
  inherits = ["base"]
  matrix = {
    go = ["1.24", "1.25"]
  }
  contexts = {
    golang = "docker-image://golang:${go}"
    assets = "target:tools"
  }
  tags       = ["${REGISTRY}/api:${go}", "${REGISTRY}/api:latest"]
  cache-from = ["type=registry,ref=${REGISTRY}/api:cache"]
}

target "tools" {
  inherits          = ["base"]
  dockerfile-inline = <<-EOT
    FROM node:24-slim
    COPY --from=nginx:1.29 /etc/nginx /etc/nginx
  EOT
}
