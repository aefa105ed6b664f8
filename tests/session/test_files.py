"""Files that documents name are input from a stranger (SEMANTICS, "Other files")."""

import os
import stat

import pytest

from tagwise.session.files import SIZE_LIMIT, Files, read_text, write_text


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "workspace"
    root.mkdir()
    (tmp_path / "secret").write_text("secret")
    (root / "own").write_text("own")
    return root


def test_only_files_inside_are_read(root):
    files = Files((root,))
    assert files.read(root / "own") == "own"
    (root / "out").symlink_to("../secret")
    (root / "folder").symlink_to("..")
    (root / "in").symlink_to("own")
    (root / "self").symlink_to("self")
    assert files.read(root / "in") == "own"
    for name in ("../secret", "out", "folder/secret", "self", "nowhere", ".", "own/x", "nul\0"):
        assert files.read(root / name) is None, name
    assert files.read(root.parent / "secret") is None
    assert Files(()).read(root / "own") is None


def test_a_link_to_the_workspace_is_the_workspace(root, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(root)
    assert Files((link,)).read(root / "own") == "own"
    assert Files((root,)).read(link / "own") == "own"


def test_a_folder_beside_with_a_longer_name_is_outside(root, tmp_path):
    beside = tmp_path / "workspace-2"
    beside.mkdir()
    (beside / "file").write_text("x")
    assert Files((root,)).read(beside / "file") is None


def test_what_is_no_regular_file_is_not_waited_for(root):
    os.mkfifo(root / "pipe")
    for path in (root / "pipe", root, "/dev/zero", "/dev/null"):
        with pytest.raises(OSError, match=r"no regular file|Is a directory"):
            read_text(path)


def test_size_and_encoding(root):
    (root / "full").write_bytes(b"x" * SIZE_LIMIT)
    assert len(read_text(root / "full")) == SIZE_LIMIT
    (root / "huge").write_bytes(b"x" * (SIZE_LIMIT + 1))
    with pytest.raises(ValueError, match="huge: larger than 1048576 bytes"):
        read_text(root / "huge")
    (root / "latin").write_bytes(b"\xe4")
    with pytest.raises(UnicodeDecodeError):
        read_text(root / "latin")
    (root / "exact").write_bytes(b"\xef\xbb\xbfa\r\nb\rc")
    assert read_text(root / "exact") == "\ufeffa\r\nb\rc"


def test_writing_keeps_mode_and_links_and_leaves_nothing_beside(root):
    target, link = root / "own", root / "link"
    target.chmod(0o640)
    link.symlink_to("own")
    write_text(link, "\ufeffnew\r\n")
    assert target.read_bytes() == b"\xef\xbb\xbfnew\r\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert link.is_symlink()
    assert {path.name for path in root.iterdir()} == {"own", "link"}


def test_the_longest_name_can_be_written(root):
    path = root / ("Dockerfile." + "x" * 244)
    path.write_text("old")
    write_text(path, "new")
    assert path.read_text() == "new"


def test_a_file_that_is_gone_is_not_made(root):
    with pytest.raises(FileNotFoundError) as caught:
        write_text(root / "nowhere", "x")
    assert caught.value.filename == str(root / "nowhere")
    assert not (root / "nowhere").exists()


def test_a_file_that_cannot_be_written_stays_as_it_was(root):
    with pytest.raises(UnicodeEncodeError):
        write_text(root / "own", "new \udc80")
    assert (root / "own").read_text() == "own"
    assert {path.name for path in root.iterdir()} == {"own"}
