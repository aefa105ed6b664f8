"""Which YAML is a compose file."""

import pytest

from tagwise.documents.compose import looks_like_compose


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  web:\n    image: a\n",
        "\ufeffname: x\r\nservices:\r\n\r\n  # c\r\n  web:\r\n    build: .\r\n",
        "services:\n  web:\n    ports: []\n    image: a\n",
        "---\nservices: {web: {image: a}}\n",
        "services:\n  web: {image: a}\n",
        "services:\n  web:\n    <<: *base\n",
        "services:\n    web:\n        extends: {service: x}\n",
        '"services":\n  "web":\n    "image": a\n',
    ],
)
def test_compose_files(text):
    assert looks_like_compose(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "services:\n",
        "services:\n  - postgres:16\nimage: a\n",
        "services:\n- name: postgres:16\n  image: a\njob:\n  image: b\n",
        "services: [postgres]\nimage: a\n",
        "jobs:\n  test:\n    services:\n      db:\n        image: a\n",
        "services:\n  _defaults:\n    autowire: true\n  App\\:\n    resource: ../src\n",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: a\n",
        "# services:\n#   web:\n#     image: a\n",
    ],
)
def test_other_files(text):
    assert not looks_like_compose(text)
