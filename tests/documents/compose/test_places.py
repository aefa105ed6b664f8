"""Where images stand besides `image`: cases from the Compose specification's own pages."""


def test_named_contexts(check):
    """build.md, "additional_contexts": as a mapping or as a list; other schemes are no images."""
    check(
        """
        services:
          a:
            build:
              context: .
              additional_contexts:
                base: docker-image://alpine:3.20
                tag: "docker-image://golang:${GO:-1.22}"
                app: service:b
                resources: ../resources
                site: https://github.com/myuser/project.git
                layout: oci-layout:///app:1
          b:
            build:
              additional_contexts:
                - tools=docker-image://ghcr.io/me/tools:1
                - source=.
        """,
        """
        base: docker-image://alpine:3.20
                             ^^^^^^^^^^^ docker.io/library/alpine:3.20, pin "base: docker-image://alpine:3.20|"
        tag: "docker-image://golang:${GO:-1.22}"
                             ^^^^^^^^^^^^^^^^^^ docker.io/library/golang:1.22, pin "tag: "docker-image://golang:${GO:-1.22|}""
        - tools=docker-image://ghcr.io/me/tools:1
                               ^^^^^^^^^^^^^^^^^^ ghcr.io/me/tools:1, pin "- tools=docker-image://ghcr.io/me/tools:1|"
        """,
    )


def test_a_scheme_that_comes_from_a_variable(check):
    check(
        "services: {a: {build: {additional_contexts: {base: '${BASE}'}}}}",
        """
        services: {a: {build: {additional_contexts: {base: '${BASE}'}}}}
                                                            ^^^^^^^ docker.io/library/alpine:3, pin .env "BASE=docker-image://alpine:3|"
        """,
        dotenv="BASE=docker-image://alpine:3",
    )


def test_what_is_wrong_in_a_part_is_shown_in_the_part(check):
    check(
        """
        services:
          a:
            build:
              additional_contexts: {base: 'docker-image://alpine:${TAG:?which}', b: 'docker-image://Alpine'}
        """,
        """
        additional_contexts: {base: 'docker-image://alpine:${TAG:?which}', b: 'docker-image://Alpine'}
                                                    ^^^^^^^^^^^^^^^^^^^^ 'alpine:', unset-variable: required variable TAG is missing a value: which
        additional_contexts: {base: 'docker-image://alpine:${TAG:?which}', b: 'docker-image://Alpine'}
                                                           ^^^^^^^^^^^^^ error required-variable: required variable TAG is missing a value: which
        additional_contexts: {base: 'docker-image://alpine:${TAG:?which}', b: 'docker-image://Alpine'}
                                                                                              ^ error invalid-reference: invalid reference: the repository name must be lowercase: 'Alpine'
        additional_contexts: {base: 'docker-image://alpine:${TAG:?which}', b: 'docker-image://Alpine'}
                                                                                              ^^^^^^ 'Alpine', invalid: invalid reference: the repository name must be lowercase: 'Alpine'
        """,
    )


def test_caches_and_tags(check):
    """build.md, "cache_from", "cache_to" and "tags"."""
    check(
        """
        services:
          a:
            build:
              cache_from:
                - alpine:latest
                - type=local,src=path/to/cache
                - type=gha
                - type=registry,ref=me/cache:${V:-1},mode=max
                - ref=me/cache:2,type=registry
              cache_to: [user/app:cache]
              tags: ["myimage:mytag", "registry/username/myrepos:my-other-tag"]
        """,
        """
        - alpine:latest
          ^^^^^^^^^^^^^ docker.io/library/alpine:latest, cache: it names a build cache, not an image that runs
        - type=registry,ref=me/cache:${V:-1},mode=max
                            ^^^^^^^^^^^^^^^^ docker.io/me/cache:1, cache: it names a build cache, not an image that runs
        - ref=me/cache:2,type=registry
              ^^^^^^^^^^ docker.io/me/cache:2, cache: it names a build cache, not an image that runs
        cache_to: [user/app:cache]
                   ^^^^^^^^^^^^^^ docker.io/user/app:cache, cache: it names a build cache, not an image that runs
        tags: ["myimage:mytag", "registry/username/myrepos:my-other-tag"]
                ^^^^^^^^^^^^^ docker.io/library/myimage:mytag, build-output: it names what a builds
        tags: ["myimage:mytag", "registry/username/myrepos:my-other-tag"]
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker.io/registry/username/myrepos:my-other-tag, build-output: it names what a builds
        """,
    )


def test_the_generator_of_an_sbom(check):
    """build.md, "sbom": true, false, or the generator's image."""
    check(
        """
        services:
          a: {build: {sbom: true}}
          b: {build: {sbom: "generator=docker/scout-sbom-indexer:latest"}}
        """,
        """
        b: {build: {sbom: "generator=docker/scout-sbom-indexer:latest"}}
                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker.io/docker/scout-sbom-indexer:latest, pin "b: {build: {sbom: "generator=docker/scout-sbom-indexer:latest|"}}"
        """,
    )


def test_volumes_of_images(check):
    """05-services.md, "volumes": `source` is an image for `type: image`, or a service."""
    check(
        """
        services:
          a:
            image: redis:7
            volumes:
              - ./x:/y
              - {type: volume, source: data, target: /data}
              - type: image
                source: my/models:1
                target: /models
                image: {subpath: app}
              - type: image
                source: a
                target: /a
        """,
        """
        image: redis:7
               ^^^^^^^ docker.io/library/redis:7, pin "image: redis:7|"
        source: my/models:1
                ^^^^^^^^^^^ docker.io/my/models:1, pin "source: my/models:1|"
        source: a
                ^ docker.io/library/a:latest, service: a is a service, whose image is mounted
        """,
    )


def test_containers_that_run_first(check):
    """05-services.md, "pre_start": each has an image of its own, or the service's."""
    check(
        """
        services:
          a:
            image: me/app:1
            platform: linux/arm64
            pre_start:
              - command: ["./manage.py", "migrate"]
              - image: busybox:1.36
                command: chown -R 1000 /data
              - {image: alpine:3, platform: linux/amd64}
            post_start:
              - {command: echo, image: never}
        """,
        """
        image: me/app:1
               ^^^^^^^^ docker.io/me/app:1, for linux/arm64, pin "image: me/app:1|"
        - image: busybox:1.36
                 ^^^^^^^^^^^^ docker.io/library/busybox:1.36, for linux/arm64, pin "- image: busybox:1.36|"
        - {image: alpine:3, platform: linux/amd64}
                  ^^^^^^^^ docker.io/library/alpine:3, for linux/amd64, pin "- {image: alpine:3|, platform: linux/amd64}"
        """,
    )


def test_models_are_artifacts(check):
    """15-models.md; what a provider is told is the provider's."""
    check(
        """
        services:
          a:
            image: app
            models: [llm]
          b:
            provider: {type: model, options: {model: ai/smollm2}}
        models:
          llm:
            model: ai/smollm2
        """,
        """
        image: app
               ^^^ docker.io/library/app:latest, pin "image: app|"
        model: ai/smollm2
               ^^^^^^^^^^ docker.io/ai/smollm2:latest, artifact: it names a model, which is an artifact and no image
        """,
    )


def test_what_another_service_builds(check):
    """docker compose, `isServiceImageToBuild`: one service builds, others run it by its name."""
    check(
        """
        services:
          a: {build: ., image: "app:${TAG:-dev}"}
          b: {image: "app:dev"}
          c: {image: "app:1"}
        """,
        """
        a: {build: ., image: "app:${TAG:-dev}"}
                              ^^^^^^^^^^^^^^^ docker.io/library/app:dev, build-output: it names what a builds
        b: {image: "app:dev"}
                    ^^^^^^^ docker.io/library/app:dev, build-output: it names what a builds
        c: {image: "app:1"}
                    ^^^^^ docker.io/library/app:1, pin "c: {image: "app:1|"}"
        """,
    )


def test_anchors_reach_every_place(check):
    check(
        """
        x-base: &base alpine:3.20
        x-build: &build
          additional_contexts: ["a=docker-image://redis:7"]
          cache_from: [&cache me/cache]
        services:
          a:
            image: *base
            build:
              <<: *build
              cache_to: [*cache]
            x-hook: &hook {image: busybox:1}
            pre_start: [*hook]
        """,
        """
        x-base: &base alpine:3.20
                      ^^^^^^^^^^^ docker.io/library/alpine:3.20, build-output: it names what a builds
        additional_contexts: ["a=docker-image://redis:7"]
                                                ^^^^^^^ docker.io/library/redis:7, pin "additional_contexts: ["a=docker-image://redis:7|"]"
        cache_from: [&cache me/cache]
                            ^^^^^^^^ docker.io/me/cache:latest, cache: it names a build cache, not an image that runs
        image: *base
               ^^^^^ docker.io/library/alpine:3.20, build-output: it names what a builds
        cache_to: [*cache]
                   ^^^^^^ docker.io/me/cache:latest, cache: it names a build cache, not an image that runs
        x-hook: &hook {image: busybox:1}
                              ^^^^^^^^^ docker.io/library/busybox:1, pin "x-hook: &hook {image: busybox:1|}"
        """,
    )


def test_what_is_fetched_from_elsewhere(check):
    """14-include.md, and "extends": only files of the workspace are read."""
    check(
        """
        include:
          - oci://docker.io/username/my-app:1
          - path: [https://github.com/docker/compose.git, ./local.yaml]
        services:
          a:
            extends: {file: "https://example.com/compose.yaml", service: a}
        """,
        """
        - oci://docker.io/username/my-app:1
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'oci://docker.io/username/my-app:1', outside-workspace: it is fetched from elsewhere, and nothing of it is read here
        - path: [https://github.com/docker/compose.git, ./local.yaml]
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'https://github.com/docker/compose.git', outside-workspace: it is fetched from elsewhere, and nothing of it is read here
        extends: {file: "https://example.com/compose.yaml", service: a}
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'https://example.com/compose.yaml', outside-workspace: it is fetched from elsewhere, and nothing of it is read here
        """,
    )
