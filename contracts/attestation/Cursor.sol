// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {Memory} from "./Memory.sol";

using CursorLib for Cursor global;

/// @dev A reader of a quote: its position, the end of the part that it reads, and the start of the quote in memory.
struct Cursor {
    uint256 place;
    uint256 end;
    uint256 base;
}

/// @title CursorLib
/// @dev Reading of the fields of a quote one after the other. Numbers are little-endian.
library CursorLib {
    /// @dev Returns a reader of all of `data`.
    function over(bytes memory data) internal pure returns (Cursor memory self) {
        uint256 place = Memory.start(data);
        self.place = place;
        self.base = place;
        unchecked {
            // Safe: both are memory positions.
            self.end = place + data.length;
        }
    }

    /// @dev Skips `length` bytes and returns their position.
    function take(Cursor memory self, uint256 length) internal pure returns (uint256 place) {
        place = self.place;
        unchecked {
            // Safe: a reader is neither before its start nor past its end.
            uint256 available = self.end - place;
            require(length <= available, IAttestation.Truncated(place - self.base, length, available));
            self.place = place + length;
        }
    }

    /// @dev Skips a reserved field, which must be zero.
    function zeros(Cursor memory self, uint256 length) internal pure {
        uint256 place = take(self, length);
        unchecked {
            // Safe: the position of a reader is not before its start.
            require(Memory.isZero(place, length), IAttestation.NonZeroReserved(place - self.base));
        }
    }

    /// @dev Reads a number of two bytes.
    function uint16_(Cursor memory self) internal pure returns (uint256) {
        return Memory.uint16At(take(self, 2));
    }

    /// @dev Reads a number of four bytes.
    function uint32_(Cursor memory self) internal pure returns (uint256) {
        return Memory.uint32At(take(self, 4));
    }

    /// @dev Reads the length of the next field, which must be `actual`.
    function lengthOf(Cursor memory self, uint256 actual) internal pure {
        uint256 place = self.place;
        uint256 stated = uint32_(self);
        unchecked {
            // Safe: the position of a reader is not before its start.
            require(stated == actual, IAttestation.WrongLength(place - self.base, stated, actual));
        }
    }
}
