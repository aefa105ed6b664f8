"""Anchors, aliases and merge keys: one occurrence where a reference is written."""


def test_a_merged_fragment_is_an_image_where_it_is_written(check):
    check(
        """
        x-base: &base
          image: redis:7
          platform: linux/arm64
        x-unused:
          image: nginx:1
        services:
          a: {<<: *base}
          b:
            <<: [*base]
            restart: always
        """,
        """
        image: redis:7
               ^^^^^^^ docker.io/library/redis:7, for linux/arm64, pin "image: redis:7|"
        """,
    )


def test_an_alias_is_one_more(check):
    check(
        """
        x-images:
          - &redis redis:7
        services:
          a:
            image: *redis
          b:
            image: &nginx nginx:1
          c:
            image: *nginx
        """,
        """
        - &redis redis:7
                 ^^^^^^^ docker.io/library/redis:7, pin "- &redis redis:7|"
        image: *redis
               ^^^^^^ docker.io/library/redis:7, pin "- &redis redis:7|"
        image: &nginx nginx:1
                      ^^^^^^^ docker.io/library/nginx:1, pin "image: &nginx nginx:1|"
        image: *nginx
               ^^^^^^ docker.io/library/nginx:1, pin "image: &nginx nginx:1|"
        """,
    )


def test_an_anchor_that_is_something_else_too_is_left_alone(check):
    check(
        """
        services:
          a:
            image: &redis redis:7
            labels: {image: *redis}
          b:
            image: *redis
            labels: {x: &nginx nginx:1}
          c:
            image: *nginx
        """,
        """
        image: &redis redis:7
                      ^^^^^^^ docker.io/library/redis:7, no pin: what is written here is used for something else, too
        image: *redis
               ^^^^^^ docker.io/library/redis:7, no pin: *redis is used for something else, too, and nothing can follow an alias
        labels: {x: &nginx nginx:1}
                           ^^^^^^^ docker.io/library/nginx:1, no pin: what is written here is used for something else, too
        image: *nginx
               ^^^^^^ docker.io/library/nginx:1, no pin: *nginx is used for something else, too, and nothing can follow an alias
        """,
    )


def test_a_variable_behind_an_alias_is_appended_to_at_the_anchor(check):
    check(
        """
        x-image: &python python:${TAG}
        services:
          a:
            image: *python
        """,
        """
        x-image: &python python:${TAG}
                         ^^^^^^^^^^^^^ docker.io/library/python:3, pin "x-image: &python python:${TAG}|" (the digest wins: ${TAG} no longer changes the image)
        image: *python
               ^^^^^^^ docker.io/library/python:3, pin "x-image: &python python:${TAG}|" (the digest wins: ${TAG} no longer changes the image)
        """,
        environment={"TAG": "3"},
    )


def test_what_wins_in_a_merge(check):
    check(
        """
        x-a: &a {image: redis:1, build: .}
        x-b: &b {<<: *a, image: redis:2}
        services:
          own:
            <<: [*b, *a]
            image: redis:3
            build: !reset null
          merged:
            <<: *b
        """,
        """
        x-b: &b {<<: *a, image: redis:2}
                                ^^^^^^^ docker.io/library/redis:2, build-output: it names what merged builds
        image: redis:3
               ^^^^^^^ docker.io/library/redis:3, pin "image: redis:3|"
        """,
    )


def test_anchors_that_lead_nowhere_or_round(check):
    check("services:\n  a: &a\n    <<: *a\n    image: *b\n  c: *a\n", "")


def test_anchors_that_multiply_do_not_expand(check):
    lines = ["x-0: &x0 {image: redis:7}"]
    lines += [f"x-{n}: &x{n} {{<<: [{', '.join([f'*x{n - 1}'] * 9)}]}}" for n in range(1, 60)]
    check(
        "\n".join([*lines, "services:", "  a: *x59"]),
        """
        x-0: &x0 {image: redis:7}
                         ^^^^^^^ docker.io/library/redis:7, pin "x-0: &x0 {image: redis:7|}"
        """,
    )
