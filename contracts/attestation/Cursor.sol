// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {Memory} from "./Memory.sol";

using CursorLib for Cursor global;

/// @dev Where a reader of a quote is, where what it reads ends, and where the quote began, all in memory.
struct Cursor {
    uint256 place;
    uint256 end;
    uint256 base;
}

/// @title CursorLib
/// @dev Reads the fields of a quote one after the other; numbers are little-endian.
library CursorLib {
    /// @dev A reader of all of `data`.
    function over(bytes memory data) internal pure returns (Cursor memory self) {
        uint256 place = Memory.start(data);
        self.place = place;
        self.base = place;
        unchecked {
            // Safe: both are in memory.
            self.end = place + data.length;
        }
    }

    /// @dev Goes past `length` bytes, and says where they are.
    function take(Cursor memory self, uint256 length) internal pure returns (uint256 place) {
        place = self.place;
        unchecked {
            // Safe: a reader begins at its base, and is never past its end.
            uint256 available = self.end - place;
            require(length <= available, IAttestation.Truncated(place - self.base, length, available));
            self.place = place + length;
        }
    }

    /// @dev Goes past a reserved field.
    function zeros(Cursor memory self, uint256 length) internal pure {
        uint256 place = take(self, length);
        unchecked {
            // Safe: a reader begins at its base.
            require(Memory.isZero(place, length), IAttestation.NonZeroReserved(place - self.base));
        }
    }

    /// @dev A number of two bytes.
    function uint16_(Cursor memory self) internal pure returns (uint256) {
        return Memory.uint16At(take(self, 2));
    }

    /// @dev A number of four bytes.
    function uint32_(Cursor memory self) internal pure returns (uint256) {
        return Memory.uint32At(take(self, 4));
    }

    /// @dev Reads the length of what comes next, which has to be `actual`.
    function lengthOf(Cursor memory self, uint256 actual) internal pure {
        uint256 place = self.place;
        uint256 stated = uint32_(self);
        unchecked {
            // Safe: a reader begins at its base.
            require(stated == actual, IAttestation.WrongLength(place - self.base, stated, actual));
        }
    }
}
