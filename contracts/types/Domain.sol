// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @notice The EIP-712 domain of orders.
struct EIP712Domain {
    string name;
    string version;
    uint256 chainId;
    address verifyingContract;
}

/// @dev The name of the domain, which wallets show when they sign an order.
string constant DOMAIN_NAME = "iExecODB";

/// @dev The version of the order formats, not of this code.
string constant DOMAIN_VERSION = "5.0.0";

/// @dev EIP-712 type of {EIP712Domain}.
bytes32 constant DOMAIN_TYPEHASH = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
);

/// @dev Returns the domain separator of contract `hub` on the current chain. It is computed at every use (about 300
/// gas) and never stored, so it stays correct after a chain split.
function domainSeparator(address hub) view returns (bytes32) {
    return
        keccak256(
            abi.encode(
                DOMAIN_TYPEHASH,
                keccak256(bytes(DOMAIN_NAME)),
                keccak256(bytes(DOMAIN_VERSION)),
                block.chainid,
                hub
            )
        );
}
