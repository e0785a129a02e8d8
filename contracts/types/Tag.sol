// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @notice The requirements of an order on its execution environment, or the properties that it offers.
/// @dev Layout, from the least significant bit:
/// bit 0: TEE required | bit 1: Scone | bit 2: Gramine | bit 3: TDX | bits 4..255: free for extensions
type Tag is bytes32;

using {or as |, covers, requiresTee, withoutFramework} for Tag global;

/// @dev The bits of the TEE frameworks, 1 to 3.
uint256 constant FRAMEWORK_BITS = 0x0e;

/// @dev Returns the union of two tags.
function or(Tag self, Tag other) pure returns (Tag) {
    return Tag.wrap(Tag.unwrap(self) | Tag.unwrap(other));
}

/// @dev Returns whether `self` has every bit of `required`.
function covers(Tag self, Tag required) pure returns (bool) {
    return Tag.unwrap(required) & ~Tag.unwrap(self) == 0;
}

/// @dev Returns whether the tag requires a TEE.
function requiresTee(Tag self) pure returns (bool) {
    return uint256(Tag.unwrap(self)) & 1 == 1;
}

/// @dev Returns the tag without framework bits: data protected for one framework can be used with the others.
function withoutFramework(Tag self) pure returns (Tag) {
    return Tag.wrap(Tag.unwrap(self) & ~bytes32(FRAMEWORK_BITS));
}
