// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice What an order asks of, or offers to, its execution environment.
/// @dev Layout, from the least significant bit:
/// bit 0: TEE required | bit 1: Scone | bit 2: Gramine | bit 3: TDX | bits 4..255: free for extensions
type Tag is bytes32;

using {or as |, covers, requiresTee, withoutFramework} for Tag global;

/// @dev Bits 1 to 3: the TEE frameworks.
uint256 constant FRAMEWORK_BITS = 0x0e;

/// @dev Everything that either asks for.
function or(Tag self, Tag other) pure returns (Tag) {
    return Tag.wrap(Tag.unwrap(self) | Tag.unwrap(other));
}

/// @dev Whether every bit demanded by `demand` is offered by `self`.
function covers(Tag self, Tag demand) pure returns (bool) {
    return Tag.unwrap(demand) & ~Tag.unwrap(self) == 0;
}

/// @dev Whether only an attested enclave may do the work.
function requiresTee(Tag self) pure returns (bool) {
    return uint256(Tag.unwrap(self)) & 1 == 1;
}

/// @dev The tag without its framework: data protected for one framework also runs on the others.
function withoutFramework(Tag self) pure returns (Tag) {
    return Tag.wrap(Tag.unwrap(self) & ~bytes32(FRAMEWORK_BITS));
}
