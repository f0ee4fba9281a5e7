"""One member of a zip archive replaced, every other byte as it was: order, compression, dates, remarks."""

import struct
import zlib
from zipfile import ZIP_DEFLATED

from gouji.fixes.source import Unfixable
from gouji.wording import Text

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_END = struct.Struct("<4s4H2LH")
_SIZES_BEHIND = 0x8  # flag: sizes stand behind the content
_LARGEST = 0xFFFFFFFF

_UNUSUAL = Text(
    "压缩包的结构特殊，请在 Word/WPS 中另存后再改",
    "its archive is built in an unusual way: save it again in Word or WPS",
)


def replaced(data: bytes, name: str, content: bytes) -> bytes:
    """Return an archive with another content for one of its members.

    Args:
        data: the archive.
        name: the member; case does not matter.
        content: its content.

    Raises:
        Unfixable: the archive is one that this cannot follow byte by byte (ZIP64, several disks).
    """
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + _END.size:
        raise Unfixable(_UNUSUAL)
    magic, disk, first_disk, here, count, size, start, remark = _END.unpack_from(data, end)
    if disk or first_disk or here != count or start + size != end or end + _END.size + remark != len(data):
        raise Unfixable(_UNUSUAL)
    entries = _entries(data, start, count)
    if sum(len(entry) for entry, _ in entries) != size:
        raise Unfixable(_UNUSUAL)
    offsets = sorted(offset for _, offset in entries)
    found = [(entry, offset) for entry, offset in entries if _name(entry) == name.lower()]
    if len(found) != 1:
        raise Unfixable(_UNUSUAL)
    entry, offset = found[0]
    behind = next((other for other in offsets if other > offset), start)
    member, entry_now = _member(data, offset, entry, content)
    moved = len(member) - (behind - offset)
    directory = b"".join(
        _at(entry_now if one is entry else one, where + moved if where > offset else where) for one, where in entries
    )
    tail = _END.pack(magic, 0, 0, here, count, size, start + moved, remark) + data[end + _END.size :]
    return data[:offset] + member + data[behind:start] + directory + tail


def _entries(data: bytes, at: int, count: int) -> list[tuple[bytes, int]]:
    """Return the entries of the directory, each with the offset of its member."""
    entries = []
    for _ in range(count):
        if data[at : at + 4] != b"PK\x01\x02" or len(data) < at + _CENTRAL.size:
            raise Unfixable(_UNUSUAL)
        fields = _CENTRAL.unpack_from(data, at)
        length = _CENTRAL.size + sum(fields[12:15])
        if _LARGEST in (fields[10], fields[11], fields[18]):
            raise Unfixable(_UNUSUAL)
        entries.append((data[at : at + length], fields[18]))
        at += length
    return entries


def _name(entry: bytes) -> str:
    length = _CENTRAL.unpack_from(entry)[12]
    return entry[_CENTRAL.size : _CENTRAL.size + length].decode("utf-8", "replace").replace("\\", "/").lower()


def _at(entry: bytes, offset: int) -> bytes:
    return entry[: _CENTRAL.size - 4] + struct.pack("<L", offset) + entry[_CENTRAL.size :]


def _member(data: bytes, offset: int, entry: bytes, content: bytes) -> tuple[bytes, bytes]:
    """Return a member with a new content, its own header and its entry in the directory."""
    fields = list(_LOCAL.unpack_from(data, offset))
    names = data[offset + _LOCAL.size :][: fields[9] + fields[10]]
    packed = content
    if fields[3] == ZIP_DEFLATED:
        deflate = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = deflate.compress(content) + deflate.flush()
    sums = [zlib.crc32(content), len(packed), len(content)]
    fields[2] &= ~_SIZES_BEHIND
    fields[6:9] = sums
    central = list(_CENTRAL.unpack_from(entry))
    central[5] &= ~_SIZES_BEHIND
    central[9:12] = sums
    return _LOCAL.pack(*fields) + names + packed, _CENTRAL.pack(*central) + entry[_CENTRAL.size :]
