// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @dev An account that is a contract: what its owner signs, it signs, and it does what its owner says.
contract OwnedWallet is IERC1271 {
    address public immutable OWNER;

    error NotTheOwner(address caller);

    constructor(address owner) {
        OWNER = owner;
    }

    function execute(address target, bytes calldata data) external returns (bytes memory) {
        require(msg.sender == OWNER, NotTheOwner(msg.sender));
        return Address.functionCall(target, data);
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address signer, , ) = ECDSA.tryRecover(hash, signature);
        return signer == OWNER ? this.isValidSignature.selector : bytes4(0);
    }
}
