// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @dev A position in memory at which packed data is written or read.
type ByteCursor is uint256;

using ByteCursorLib for ByteCursor global;

/// @title ByteCursorLib
/// @dev Writing and reading of packed data. Each function returns the cursor after the value. An address takes 20
/// bytes, a word 32, and a number one byte for its length and then the bytes that it needs, so that small numbers are
/// short and any uint256 fits.
library ByteCursorLib {
    /// @dev The greatest length of a number.
    uint256 internal constant MAX_NUMBER = 33;

    /// @dev Returns a cursor at the start of new data of at most `capacity` bytes; {finish} sets the length.
    function create(uint256 capacity) internal pure returns (bytes memory data, ByteCursor cursor) {
        // One more word is allocated than requested, because every function writes whole words.
        data = new bytes(capacity + 32);
        cursor = start(data);
    }

    /// @dev Returns a cursor at the first byte of `data`.
    function start(bytes memory data) internal pure returns (ByteCursor cursor) {
        assembly ("memory-safe") {
            cursor := add(data, 0x20)
        }
    }

    /// @dev Sets the length of `data`, which {create} allocated, to the written bytes.
    function finish(ByteCursor self, bytes memory data) internal pure {
        // Safe: this only shortens the array.
        assembly ("memory-safe") {
            mstore(data, sub(self, add(data, 0x20)))
        }
    }

    /// @dev Writes the lowest byte of `value`.
    function putByte(ByteCursor self, uint256 value) internal pure returns (ByteCursor next) {
        assembly ("memory-safe") {
            mstore8(self, value)
            next := add(self, 1)
        }
    }

    /// @dev Writes 20 bytes.
    function putAddress(ByteCursor self, address value) internal pure returns (ByteCursor next) {
        // Safe: {create} leaves a word after its capacity.
        assembly ("memory-safe") {
            mstore(self, shl(96, value))
            next := add(self, 20)
        }
    }

    /// @dev Writes 32 bytes.
    function putWord(ByteCursor self, bytes32 value) internal pure returns (ByteCursor next) {
        assembly ("memory-safe") {
            mstore(self, value)
            next := add(self, 32)
        }
    }

    /// @dev Writes a number: its length in bytes, then its bytes.
    function putNumber(ByteCursor self, uint256 value) internal pure returns (ByteCursor next) {
        uint256 length = byteLength(value);
        // Safe: {create} leaves a word after its capacity.
        assembly ("memory-safe") {
            mstore8(self, length)
            mstore(add(self, 1), shl(sub(256, shl(3, length)), value))
            next := add(add(self, 1), length)
        }
    }

    /// @dev Writes `value` without its length.
    function putBytes(ByteCursor self, bytes calldata value) internal pure returns (ByteCursor next) {
        assembly ("memory-safe") {
            calldatacopy(self, value.offset, value.length)
            next := add(self, value.length)
        }
    }

    /// @dev Reads one byte.
    function takeByte(ByteCursor self) internal pure returns (uint256 value, ByteCursor next) {
        assembly ("memory-safe") {
            value := byte(0, mload(self))
            next := add(self, 1)
        }
    }

    /// @dev Reads 20 bytes.
    function takeAddress(ByteCursor self) internal pure returns (address value, ByteCursor next) {
        assembly ("memory-safe") {
            value := shr(96, mload(self))
            next := add(self, 20)
        }
    }

    /// @dev Reads 32 bytes.
    function takeWord(ByteCursor self) internal pure returns (bytes32 value, ByteCursor next) {
        assembly ("memory-safe") {
            value := mload(self)
            next := add(self, 32)
        }
    }

    /// @dev Reads a number.
    function takeNumber(ByteCursor self) internal pure returns (uint256 value, ByteCursor next) {
        assembly ("memory-safe") {
            let length := byte(0, mload(self))
            value := shr(sub(256, shl(3, length)), mload(add(self, 1)))
            next := add(add(self, 1), length)
        }
    }

    /// @dev Reads `length` bytes.
    function takeBytes(ByteCursor self, uint256 length) internal pure returns (bytes memory value, ByteCursor next) {
        value = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(value, 0x20), self, length)
            next := add(self, length)
        }
    }

    /// @dev Returns the number of bytes of `data` after the cursor.
    function remaining(ByteCursor self, bytes memory data) internal pure returns (uint256 length) {
        assembly ("memory-safe") {
            length := sub(add(add(data, 0x20), mload(data)), self)
        }
    }

    /// @dev Returns the number of bytes that `value` needs, 0 to 32.
    function byteLength(uint256 value) internal pure returns (uint256) {
        // This cannot overflow: it is at most 31 + 1.
        unchecked {
            return Math.log256(value) + SafeCast.toUint(value > 0);
        }
    }
}
