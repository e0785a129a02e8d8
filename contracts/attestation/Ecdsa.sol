// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

import {IAttestation} from "../interfaces/IAttestation.sol";
import {PublicKey} from "../types/Attestation.sol";

/// @title Ecdsa
/// @dev Keys and signatures of P-256. Both (r, s) and (r, N − s) are valid, and hardware makes either, so a signature
/// does not identify the signed message. Calls {P256}, which asks the precompile at 0x100, if there is one, with
/// staticcall.
library Ecdsa {
    /// @dev A signature as encoded in quotes and certificates.
    struct Signature {
        bytes32 r;
        bytes32 s;
    }

    /// @dev Reverts unless the key is a point of the curve.
    function checkPoint(PublicKey memory key) internal pure {
        require(P256.isValidPublicKey(key.x, key.y), IAttestation.KeyNotOnCurve(key.x, key.y));
    }

    /// @dev Reverts unless `r` and `s` are in range.
    function checkRange(Signature memory signature) internal pure {
        (uint256 r, uint256 s) = (uint256(signature.r), uint256(signature.s));
        require(
            r != 0 && r < P256.N && s != 0 && s < P256.N,
            IAttestation.SignatureOutOfRange(signature.r, signature.s)
        );
    }

    /// @dev Returns whether `signature`, which must be in range, is a signature of the SHA-256 hash `digest` by `key`.
    function isSignedBy(bytes32 digest, Signature memory signature, PublicKey memory key) internal view returns (bool) {
        uint256 s = uint256(signature.s);
        // The library accepts only the lower `s`.
        if (s > P256.N / 2) s = P256.N - s;
        return P256.verify(digest, signature.r, bytes32(s), key.x, key.y);
    }
}
