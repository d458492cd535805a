"""How a file is split into the parts of an upload."""

import math
from dataclasses import dataclass

from luffy_api.libs.storage.exceptions import UploadRejected


@dataclass(frozen=True)
class Parts:
    """A file of `size` bytes in parts of `part_size`; the last one may be shorter."""

    size: int
    part_size: int

    @property
    def count(self) -> int:
        """The number of parts."""
        return math.ceil(self.size / self.part_size)

    def length(self, number: int) -> int:
        """The bytes of part `number` (from 1); raises UploadRejected for a number out of range."""
        if not 1 <= number <= self.count:
            raise UploadRejected("no such part")
        return min(self.part_size, self.size - (number - 1) * self.part_size)
