"""Variables in images, and where a digest goes when a value comes from one."""


def test_a_value_of_the_dotenv_file_is_edited_there(check):
    check(
        """
        services:
          a:
            image: python:${TAG}
          b:
            image: python:$TAG
        """,
        """
        image: python:${TAG}
               ^^^^^^^^^^^^^ docker.io/library/python:3.12-slim, pin .env "export TAG='3.12-slim|' # the tag"
        image: python:$TAG
               ^^^^^^^^^^^ docker.io/library/python:3.12-slim, pin .env "export TAG='3.12-slim|' # the tag"
        """,
        dotenv="A=1\nexport TAG='3.12-slim' # the tag\n",
    )


def test_the_environment_wins_and_cannot_be_edited(check):
    check(
        "services: {a: {image: 'python:${TAG:-3.12}'}}",
        """
        services: {a: {image: 'python:${TAG:-3.12}'}}
                               ^^^^^^^^^^^^^^^^^^^ docker.io/library/python:3.13, pin "services: {a: {image: 'python:${TAG:-3.12}|'}}" (the digest wins: ${TAG:-…} no longer changes the image)
        """,
        dotenv="TAG=3.11",
        environment={"TAG": "3.13"},
    )


def test_a_default_is_edited_inside_its_braces(check):
    check(
        """
        services:
          a:
            image: ${REGISTRY:-ghcr.io}/me/app:${TAG:-${OTHER-1}}
        """,
        """
        image: ${REGISTRY:-ghcr.io}/me/app:${TAG:-${OTHER-1}}
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ghcr.io/me/app:1, pin "image: ${REGISTRY:-ghcr.io}/me/app:${TAG:-${OTHER-1|}}"
        """,
    )


def test_values_that_something_else_reads_are_left_alone(check):
    expected = """
        image: python:${TAG}
               ^^^^^^^^^^^^^ docker.io/library/python:3, pin "image: python:${TAG}|" (the digest wins: ${TAG} no longer changes the image)
        """
    image = "services:\n  a:\n    image: python:${TAG}\n"
    check(image + "    command: run ${TAG}\n", expected, dotenv="TAG=3")
    check(image + "    environment:\n      - TAG\n", expected, dotenv="TAG=3")
    check(image + "    environment:\n      TAG:\n", expected, dotenv="TAG=3")
    check(image + "    env_file: .env\n", expected, dotenv="TAG=3")
    check(image + "    env_file:\n      - path: ./.env\n", expected, dotenv="TAG=3")
    check(image + "    labels: {x: 1}\n  '${TAG}': {}\n", expected, dotenv="TAG=3")
    check(image, expected, dotenv="TAG=3", neighbours=("RUN pip install x==${TAG}\n",))
    check(image, expected, dotenv="TAG=3\nOTHER=$TAG\n")


def test_a_comment_an_escaped_dollar_or_a_longer_name_reads_nothing(check):
    check(
        """
        services:
          # ${TAG}
          a:
            image: python:${TAG}
            command: $${TAG} $TAGS
        """,
        """
        image: python:${TAG}
               ^^^^^^^^^^^^^ docker.io/library/python:3, pin .env "TAG=3|"
        """,
        dotenv="TAG=3",
        neighbours=("$TAGS",),
    )


def test_one_value_that_gives_different_images_is_left_alone(check):
    check(
        """
        services:
          a:
            image: python:${TAG}
          b:
            image: pypy:${TAG}
        """,
        """
        image: python:${TAG}
               ^^^^^^^^^^^^^ docker.io/library/python:3, pin "image: python:${TAG}|" (the digest wins: ${TAG} no longer changes the image)
        image: pypy:${TAG}
               ^^^^^^^^^^^ docker.io/library/pypy:3, pin "image: pypy:${TAG}|" (the digest wins: ${TAG} no longer changes the image)
        """,
        dotenv="TAG=3",
    )


def test_a_variable_in_the_middle_leaves_the_end_editable(check):
    check(
        "services: {a: {image: 'python:${V}-slim'}}",
        """
        services: {a: {image: 'python:${V}-slim'}}
                               ^^^^^^^^^^^^^^^^ docker.io/library/python:3-slim, pin "services: {a: {image: 'python:${V}-slim|'}}"
        """,
        dotenv="V=3",
    )


def test_what_is_not_set_is_not_known(check):
    check(
        """
        services:
          a:
            image: python:${A}$B
          b:
            image: python:${A?say which}
          c:
            image: python:${A!}
          d:
            image: python$
          e:
            image: py$$thon
        """,
        """
        image: python:${A}$B
               ^^^^^^^^^^^^^ 'python:', unset-variable: A and B are not set: neither the environment nor .env says what to use
        image: python:${A?say which}
               ^^^^^^^^^^^^^^^^^^^^^ 'python:', unset-variable: required variable A is missing a value: say which
        image: python:${A?say which}
                      ^^^^^^^^^^^^^^ error required-variable: required variable A is missing a value: say which
        image: python:${A!}
               ^^^^^^^^^^^^ 'python:A!}', invalid: invalid interpolation format: write $$ for a dollar sign
        image: python:${A!}
                      ^^ error invalid-interpolation: invalid interpolation format: write $$ for a dollar sign
        image: python$
               ^^^^^^^ 'python$', invalid: invalid reference: '$' cannot stand in a repository name
        image: python$
                     ^ error invalid-reference: invalid reference: '$' cannot stand in a repository name
        image: py$$thon
               ^^^^^^^^ 'py$thon', invalid: invalid reference: '$' cannot stand in a repository name
        image: py$$thon
                 ^^ error invalid-reference: invalid reference: '$' cannot stand in a repository name
        """,
    )


def test_what_is_wrong_in_a_variable_is_shown_at_its_use(check):
    check(
        """
        services:
          a:
            image: ${IMAGE}
        """,
        """
        image: ${IMAGE}
               ^^^^^^^^ 'Python', invalid: invalid reference: the repository name must be lowercase: 'Python'
        image: ${IMAGE}
               ^^^^^^^^ error invalid-reference: invalid reference: the repository name must be lowercase: 'Python'
        """,
        dotenv="IMAGE=Python",
    )


def test_escapes_of_the_dotenv_file_are_no_place_for_a_digest(check):
    check(
        "services: {a: {image: '${IMAGE}'}}",
        """
        services: {a: {image: '${IMAGE}'}}
                               ^^^^^^^^ docker.io/library/python:S, pin "services: {a: {image: '${IMAGE}|'}}" (the digest wins: ${IMAGE} no longer changes the image)
        """,
        dotenv='IMAGE="python:\\0123"',
    )


def test_variables_that_must_be_set_wherever_they_are(check):
    """compose-go, `template.MissingRequiredError`: compose reads nothing of the file then."""
    check(
        """
        name: ${NAME:?}
        services:
          a:
            image: redis:${TAG:-7}
            command: run ${WHAT?say what} ${SET:?} ${EMPTY?} ${EMPTY:?not empty}
            environment: {SHELL: "$${NAME:?}", WRONG: "${1}", BUILT: "${{ matrix.x }}"}
        """,
        """
        name: ${NAME:?}
              ^^^^^^^^^ error required-variable: required variable NAME is missing a value
        image: redis:${TAG:-7}
               ^^^^^^^^^^^^^^^ docker.io/library/redis:7, pin "image: redis:${TAG:-7|}"
        command: run ${WHAT?say what} ${SET:?} ${EMPTY?} ${EMPTY:?not empty}
                     ^^^^^^^^^^^^^^^^ error required-variable: required variable WHAT is missing a value: say what
        command: run ${WHAT?say what} ${SET:?} ${EMPTY?} ${EMPTY:?not empty}
                                                         ^^^^^^^^^^^^^^^^^^^ error required-variable: required variable EMPTY is missing a value: not empty
        environment: {SHELL: "$${NAME:?}", WRONG: "${1}", BUILT: "${{ matrix.x }}"}
                                                   ^^ error invalid-interpolation: invalid interpolation format: write $$ for a dollar sign
        """,
        dotenv="SET=1\nEMPTY=",
    )
