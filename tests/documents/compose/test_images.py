"""`services.*.image`: every way to write it, and what is no image."""

import pytest

from tagwise.documents.compose import parse
from tagwise.documents.model import Inputs, SkipReason, SourceText


def test_the_styles_of_scalars(check):
    check(
        """
        services:
          plain: {image: python:3.12}
          single:
            image: 'python:3.12'
          double:
            image: "python:\\x33.12"
          folded:
            image: >-
              python:3.12
          literal:
            image: |-
              python:3.12
          below:
            image:
              python:3.12
        """,
        """
        plain: {image: python:3.12}
                       ^^^^^^^^^^^ docker.io/library/python:3.12, pin "plain: {image: python:3.12|}"
        image: 'python:3.12'
                ^^^^^^^^^^^ docker.io/library/python:3.12, pin "image: 'python:3.12|'"
        image: "python:\\x33.12"
                ^^^^^^^^^^^^^^ docker.io/library/python:3.12, pin "image: "python:\\x33.12|""
        python:3.12
        ^^^^^^^^^^^ docker.io/library/python:3.12, pin "python:3.12|"
        python:3.12
        ^^^^^^^^^^^ docker.io/library/python:3.12, pin "python:3.12|"
        python:3.12
        ^^^^^^^^^^^ docker.io/library/python:3.12, pin "python:3.12|"
        """,
    )


def test_what_is_written_nowhere_is_no_image(check):
    check(
        "services:\n  a: {image: }\n  b: {image: ~}\n  c: {image: ''}\n  d: {image: []}\n  e:", ""
    )


def test_a_trailing_newline_is_part_of_the_value(check):
    check(
        """
        services:
          a:
            image: |
              python:3
            restart: always
        """,
        """
        python:3
        ^^^^^^^^… 'python:3\\n', invalid: invalid reference: '\\n' cannot stand in a tag
        python:3
                ^… error invalid-reference: invalid reference: '\\n' cannot stand in a tag
        """,
    )


def test_what_is_wrong_is_shown_where_it_is(check):
    check(
        """
        services:
          a:
            image: 'ghcr.io/Team/app:1'
          b:
            image: "python:-3"
          c:
            image: ghcr.io//app
        """,
        """
        image: 'ghcr.io/Team/app:1'
                ^^^^^^^^^^^^^^^^^^ 'ghcr.io/Team/app:1', invalid: invalid reference: the repository name must be lowercase: 'Team'
        image: 'ghcr.io/Team/app:1'
                        ^ error invalid-reference: invalid reference: the repository name must be lowercase: 'Team'
        image: "python:-3"
                ^^^^^^^^^ 'python:-3', invalid: invalid reference: a tag cannot start with '-'
        image: "python:-3"
                       ^ error invalid-reference: invalid reference: a tag cannot start with '-'
        image: ghcr.io//app
               ^^^^^^^^^^^^ 'ghcr.io//app', invalid: invalid reference: a part of the repository name is empty
        image: ghcr.io//app
                      ^^ error invalid-reference: invalid reference: a part of the repository name is empty
        """,
    )


def test_templates_are_not_guessed(check):
    check(
        """
        services:
          a:
            image: {{ registry }}/app:{{ tag | default("1") }}
          {% if b %}
          b:
            image: "app:${{ github.sha }}"
          {% endif %}
          c:
            image: redis:7
        """,
        """
        image: {{ registry }}/app:{{ tag | default("1") }}
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ '{{ registry }}/app:{{ tag | default("1") }}', template: a template: which image this is is known once it is rendered
        image: "app:${{ github.sha }}"
                ^^^^^^^^^^^^^^^^^^^^^ 'app:${{ github.sha }}', template: a template: which image this is is known once it is rendered
        image: redis:7
               ^^^^^^^ docker.io/library/redis:7, pin "image: redis:7|"
        """,
    )


def test_the_platform_of_the_service(check):
    check(
        """
        services:
          a:
            platform: linux/arm64/v8
            image: redis:7
          b:
            platform: "linux/arm/v7/v8"
            image: redis:7
        """,
        """
        image: redis:7
               ^^^^^^^ docker.io/library/redis:7, for linux/arm64, pin "image: redis:7|"
        platform: "linux/arm/v7/v8"
                               ^^^ error invalid-platform: invalid platform: a platform is written os/architecture/variant
        image: redis:7
               ^^^^^^^ docker.io/library/redis:7, pin "image: redis:7|"
        """,
    )


def test_what_a_service_builds(check):
    check(
        """
        services:
          a: {build: ., image: me/a:1}
          b:
            build: !reset null
            image: me/b:1
          c:
            build:
            image: me/c:1
        """,
        """
        a: {build: ., image: me/a:1}
                             ^^^^^^ docker.io/me/a:1, build-output: it names what a builds
        image: me/b:1
               ^^^^^^ docker.io/me/b:1, pin "image: me/b:1|"
        image: me/c:1
               ^^^^^^ docker.io/me/c:1, pin "image: me/c:1|"
        """,
    )


def test_reset_takes_away_and_override_does_not(check):
    check(
        """
        services:
          a:
            image: !reset redis:7
          b: !reset
            image: redis:7
          c: !override
            image: !override redis:7
          d:
            image: !reset null
        """,
        """
        image: !reset redis:7
                      ^^^^^^^ docker.io/library/redis:7, removed: `!reset` removes this image
        image: redis:7
               ^^^^^^^ docker.io/library/redis:7, removed: `!reset` removes this image
        image: !override redis:7
                         ^^^^^^^ docker.io/library/redis:7, pin "image: !override redis:7|"
        """,
    )


def test_a_comment_names_the_tag_of_a_digest(check):
    digest = "sha256:" + "a" * 64
    check(
        f"""
        services:
          a:
            image: redis@{digest} # 7-alpine
          b: {{image: "redis@{digest}"}} # 7.2
          c:
            image: redis@{digest} # pinned by hand
          d:
            image: redis:7@{digest} # 7.2
        """,
        f"""
        image: redis@{digest} # 7-alpine
               {"^" * 77} docker.io/library/redis@{digest}, follows 7-alpine, pin "image: redis@{digest}| # 7-alpine"
        b: {{image: "redis@{digest}"}} # 7.2
                    {"^" * 77} docker.io/library/redis@{digest}, follows 7.2, pin "b: {{image: "redis@{digest}|"}} # 7.2"
        image: redis@{digest} # pinned by hand
               {"^" * 77} docker.io/library/redis@{digest}, pin "image: redis@{digest}| # pinned by hand"
        image: redis:7@{digest} # 7.2
               {"^" * 79} docker.io/library/redis:7@{digest}, pin "image: redis:7@{digest}| # 7.2"
        """,
    )


def test_several_documents_and_the_first_version(check):
    check(
        """
        web: {image: nginx:1}
        db:
          build: .
        ---
        services:
          web: {image: nginx:2}
        """,
        """
        web: {image: nginx:1}
                     ^^^^^^^ docker.io/library/nginx:1, pin "web: {image: nginx:1|}"
        web: {image: nginx:2}
                     ^^^^^^^ docker.io/library/nginx:2, pin "web: {image: nginx:2|}"
        """,
    )


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n"])
def test_line_breaks_and_a_byte_order_mark(check, line_break):
    text = "services:\n  a:\n    image: redis:7\n  b:\n    image: >-\n      nginx:1\n"
    check(
        "\N{BYTE ORDER MARK}" + text.replace("\n", line_break),
        """
        image: redis:7
               ^^^^^^^ docker.io/library/redis:7, pin "image: redis:7|"
        nginx:1
        ^^^^^^^ docker.io/library/nginx:1, pin "nginx:1|"
        """,
    )


def test_characters_yaml_rejects_cost_nothing_else(check):
    check(
        "services:\n  a:\n    labels: [\x0c\x00, '\U0001f433', \u2028]\n    image:\tredis:7\t# c\n  b: {image: nginx:\x0b1}",
        """
        image:\tredis:7\t# c
               ^^^^^^^ docker.io/library/redis:7, pin "image:\tredis:7|\t# c"
        b: {image: nginx:\x0b1}
                   ^^^^^^^^ 'nginx:\\x0b1', invalid: invalid reference: '\\x0b' cannot stand in a tag
        b: {image: nginx:\x0b1}
                         ^ error invalid-reference: invalid reference: '\\x0b' cannot stand in a tag
        """,
    )


@pytest.mark.parametrize("written", ["12", "3.12", "1e3", "0x1f", "true", "-1", "!!int 5"])
def test_a_number_is_no_image(written):
    """compose-go's schema: `image must be a string`."""
    text = f"services:\n  a:\n    image: {written}\n"
    parsed = parse(text).evaluate(Inputs())
    (found,) = parsed.occurrences
    assert found.span.of(text) == written.removeprefix("!!int ")
    assert found.skipped is not None
    assert found.skipped.reason is SkipReason.INVALID
    assert "image must be a string" in found.skipped.message
    assert [each.span for each in parsed.problems] == [found.span]


@pytest.mark.parametrize("written", ["'12'", '"3.12"', "!!str 12", "12a", "1.2.3", "a:12", "${X}"])
def test_what_reads_like_a_number_is_an_image_where_it_is_text(written):
    files = {".env": SourceText(".env", "X=12\n")}
    text = f"services:\n  a:\n    image: {written}\n"
    (found,) = parse(text).evaluate(Inputs(files=files)).occurrences
    assert found.reference is not None
