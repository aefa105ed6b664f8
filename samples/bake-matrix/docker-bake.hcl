variable "VERSION" { default = "1.4.2" }

group "default" { targets = ["app", "docs"] }

target "_common" {
  platforms = ["linux/amd64", "linux/arm64"]
  args      = { DEBIAN = "trixie" }
}

target "app" {
  name     = "app-${replace(py, ".", "")}-${variant}"
  inherits = ["_common"]
  matrix = {
    py      = ["3.12", "3.13"]
    variant = ["slim", "alpine"]
  }
  args = { PYTHON = "${py}-${variant}" }
  tags = ["acme/app:${VERSION}-${py}-${variant}"]
}

target "docs" {
  inherits   = ["_common"]
  dockerfile = "docs.Dockerfile"
  contexts   = { theme = "docker-image://ghcr.io/acme/theme:7" }
}
