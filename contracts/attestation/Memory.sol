// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Memory
/// @dev Reads what lies at a place in memory. Who calls has made sure that it lies within what was given.
library Memory {
    /// @dev Where the bytes of `data` begin.
    function start(bytes memory data) internal pure returns (uint256 place) {
        assembly ("memory-safe") {
            place := add(data, 0x20)
        }
    }

    /// @dev The 32 bytes at `place`.
    function word(uint256 place) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := mload(place)
        }
    }

    /// @dev The byte at `place`.
    function byteAt(uint256 place) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, mload(place))
        }
    }

    /// @dev The two bytes at `place` as a number, the lower one first.
    function uint16At(uint256 place) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            let bytes2_ := mload(place)
            value := or(byte(0, bytes2_), shl(8, byte(1, bytes2_)))
        }
    }

    /// @dev The four bytes at `place` as a number, the lowest one first.
    function uint32At(uint256 place) internal pure returns (uint256) {
        return _reversed(place) & 0xffffffff;
    }

    /// @dev The eight bytes at `place` as a number, the lowest one first.
    function uint64At(uint256 place) internal pure returns (uint64) {
        return uint64(_reversed(place));
    }

    /// @dev Whether all `length` bytes from `place` on are zero.
    function isZero(uint256 place, uint256 length) internal pure returns (bool result) {
        // Safe: reads memory only, four words at a time, then one, then what is left of one.
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

    /// @dev The keccak256 hash of the `length` bytes from `place` on.
    function keccak(uint256 place, uint256 length) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(place, length)
        }
    }

    /// @dev The SHA-256 hash of the `length` bytes from `place` on.
    /// Safe: staticcall of the precompile 0x02, which every chain has; out of gas, it takes the transaction with it.
    function sha(uint256 place, uint256 length) internal view returns (bytes32 hash) {
        assembly ("memory-safe") {
            if iszero(staticcall(gas(), 0x02, place, length, 0x00, 0x20)) {
                invalid()
            }
            hash := mload(0x00)
        }
    }

    /// @dev A copy of the `length` bytes from `place` on.
    function copy(uint256 place, uint256 length) internal pure returns (bytes memory result) {
        result = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(result, 0x20), place, length)
        }
    }

    /// @dev The eight bytes at `place` as a number, the lowest one first, with other bits above them.
    function _reversed(uint256 place) private pure returns (uint256 value) {
        // Bytes change places, then pairs of bytes, then fours. Added, since the compiler takes a mask of what is or-ed
        // apart, and makes it dearer.
        assembly ("memory-safe") {
            value := shr(192, mload(place))
            value := add(shr(8, and(value, 0xff00ff00ff00ff00)), shl(8, and(value, 0x00ff00ff00ff00ff)))
            value := add(shr(16, and(value, 0xffff0000ffff0000)), shl(16, and(value, 0x0000ffff0000ffff)))
            value := add(shr(32, value), shl(32, value))
        }
    }
}
