// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Memory
/// @dev Reading of values at positions in memory. Callers have checked that the positions are within the input.
library Memory {
    /// @dev Returns the position of the first byte of `data`.
    function start(bytes memory data) internal pure returns (uint256 place) {
        assembly ("memory-safe") {
            place := add(data, 0x20)
        }
    }

    /// @dev Returns the 32 bytes at `place`.
    function word(uint256 place) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := mload(place)
        }
    }

    /// @dev Returns the byte at `place`.
    function byteAt(uint256 place) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, mload(place))
        }
    }

    /// @dev Returns the two bytes at `place` as a little-endian number.
    function uint16At(uint256 place) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            let bytes2_ := mload(place)
            value := or(byte(0, bytes2_), shl(8, byte(1, bytes2_)))
        }
    }

    /// @dev Returns the four bytes at `place` as a little-endian number.
    function uint32At(uint256 place) internal pure returns (uint256) {
        return _reversed(place) & 0xffffffff;
    }

    /// @dev Returns the eight bytes at `place` as a little-endian number.
    function uint64At(uint256 place) internal pure returns (uint64) {
        return uint64(_reversed(place));
    }

    /// @dev Returns whether all `length` bytes from `place` on are zero.
    function isZero(uint256 place, uint256 length) internal pure returns (bool result) {
        // Safe: only reads memory, four words at a time, then one, then part of one.
        assembly ("memory-safe") {
            let end := add(place, length)
            let all := 0
            for {} iszero(gt(add(place, 0x80), end)) {
                place := add(place, 0x80)
            } {
                let left := or(mload(place), mload(add(place, 0x20)))
                all := or(all, or(left, or(mload(add(place, 0x40)), mload(add(place, 0x60)))))
            }
            for {} iszero(gt(add(place, 0x20), end)) {
                place := add(place, 0x20)
            } {
                all := or(all, mload(place))
            }
            result := iszero(or(all, shr(shl(3, sub(0x20, sub(end, place))), mload(place))))
        }
    }

    /// @dev Returns the keccak256 hash of the `length` bytes from `place` on.
    function keccak(uint256 place, uint256 length) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(place, length)
        }
    }

    /// @dev Returns the keccak256 hash of `length` bytes from `place` on, followed by `otherLength` bytes from `other`
    /// on. Safe: it writes to free memory only.
    function keccak(
        uint256 place,
        uint256 length,
        uint256 other,
        uint256 otherLength
    ) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mcopy(free, place, length)
            mcopy(add(free, length), other, otherLength)
            hash := keccak256(free, add(length, otherLength))
        }
    }

    /// @dev Returns the SHA-256 hash of the `length` bytes from `place` on. Safe: a staticcall of the precompile 0x02,
    /// which every chain has; it fails only without gas, and then the transaction fails.
    function sha(uint256 place, uint256 length) internal view returns (bytes32 hash) {
        assembly ("memory-safe") {
            if iszero(staticcall(gas(), 0x02, place, length, 0x00, 0x20)) {
                invalid()
            }
            hash := mload(0x00)
        }
    }

    /// @dev Returns a copy of the `length` bytes from `place` on.
    function copy(uint256 place, uint256 length) internal pure returns (bytes memory result) {
        result = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(result, 0x20), place, length)
        }
    }

    /// @dev Returns the eight bytes at `place` as a little-endian number, with other bits above them.
    function _reversed(uint256 place) private pure returns (uint256 value) {
        // Swaps bytes, then pairs of bytes, then groups of four. The parts are added, because the compiler splits a
        // mask of values that are or-ed, which costs more.
        assembly ("memory-safe") {
            value := shr(192, mload(place))
            value := add(shr(8, and(value, 0xff00ff00ff00ff00)), shl(8, and(value, 0x00ff00ff00ff00ff)))
            value := add(shr(16, and(value, 0xffff0000ffff0000)), shl(16, and(value, 0x0000ffff0000ffff)))
            value := add(shr(32, value), shl(32, value))
        }
    }
}
