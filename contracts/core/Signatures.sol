// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {EIP7702Utils} from "@openzeppelin/contracts/account/utils/EIP7702Utils.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Signatures
/// @dev Verification of signatures. Calls an ERC-1271 contract, through {SignatureChecker}, with staticcall: it can
/// change nothing, and its failure counts as an invalid signature.
library Signatures {
    /// @dev Length of a compact signature (EIP-2098): r, then s with the parity in its top bit.
    uint256 private constant COMPACT_LENGTH = 64;

    /// @dev Returns whether `sign` is a signature of `hash` by `account`: by ERC-1271 for a contract, 65 or 64 bytes
    /// for an account with a key. An account with a key that delegated its code (EIP-7702) may sign either way. The
    /// zero address never signs.
    function isValid(address account, bytes32 hash, bytes calldata sign) internal view returns (bool) {
        if (account == address(0)) return false;
        if (account.code.length == 0) return _recovers(account, hash, sign);
        if (SignatureChecker.isValidERC1271SignatureNowCalldata(account, hash, sign)) return true;
        return EIP7702Utils.fetchDelegate(account) != address(0) && _recovers(account, hash, sign);
    }

    function _recovers(address account, bytes32 hash, bytes calldata sign) private pure returns (bool) {
        address signer;
        if (sign.length == COMPACT_LENGTH) {
            (signer, , ) = ECDSA.tryRecover(hash, bytes32(sign[:32]), bytes32(sign[32:]));
        } else {
            (signer, , ) = ECDSA.tryRecoverCalldata(hash, sign);
        }
        // An invalid signature recovers zero, which is not `account`.
        return signer == account;
    }
}
