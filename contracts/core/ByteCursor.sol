// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @dev A place in memory where packed data is written or read.
type ByteCursor is uint256;

using ByteCursorLib for ByteCursor global;

/// @title ByteCursorLib
/// @dev The words that packed layouts are made of. Each verb moves past what it wrote or read.
/// An address takes 20 bytes, a word 32, a number one byte of length and then only the bytes it needs, so that small
/// numbers are cheap and any uint256 fits.
library ByteCursorLib {
    /// @dev The most that a number takes.
    uint256 internal constant MAX_NUMBER = 33;

    /// @dev A cursor at the start of new data of at most `capacity` bytes; {finish} cuts it to what was written.
    function create(uint256 capacity) internal pure returns (bytes memory data, ByteCursor cursor) {
        // One word more than asked for: every verb writes whole words.
        data = new bytes(capacity + 32);
        cursor = start(data);
    }

    /// @dev A cursor at the first byte of `data`.
    function start(bytes memory data) internal pure returns (ByteCursor cursor) {
        assembly ("memory-safe") {
            cursor := add(data, 0x20)
        }
    }

    /// @dev Cuts `data`, made by {create}, to what was written.
    function finish(ByteCursor self, bytes memory data) internal pure {
        // Safe: only shortens.
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

    /// @dev How many bytes of `data` lie after the cursor.
    function remaining(ByteCursor self, bytes memory data) internal pure returns (uint256 length) {
        assembly ("memory-safe") {
            length := sub(add(add(data, 0x20), mload(data)), self)
        }
    }

    /// @dev How many bytes `value` needs, 0 to 32.
    function byteLength(uint256 value) internal pure returns (uint256) {
        // Cannot overflow: at most 31 + 1.
        unchecked {
            return Math.log256(value) + SafeCast.toUint(value > 0);
        }
    }
}
