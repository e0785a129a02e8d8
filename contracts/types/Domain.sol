// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice The EIP-712 domain in which orders are signed.
struct EIP712Domain {
    string name;
    string version;
    uint256 chainId;
    address verifyingContract;
}

/// @dev Name of the domain that every wallet shows when it signs an order.
string constant DOMAIN_NAME = "iExecODB";

/// @dev Version of the order formats, not of this code.
string constant DOMAIN_VERSION = "5.0.0";

/// @dev EIP-712 type of {EIP712Domain}.
bytes32 constant DOMAIN_TYPEHASH = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
);

/// @dev The separator of the domain for contract `hub` on the chain that runs this. Derived every time (about 300 gas),
/// never stored: it is right again by itself after a chain splits.
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
