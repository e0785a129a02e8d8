// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {PckFacts, TcbMinimum, Tee} from "../types/Attestation.sol";

using TcbLib for TcbPolicy global;

/// @dev The least security versions of a model, as stored.
struct StoredMinimum {
    // slot 0: 16 + 2 + 1 + 1
    bytes16 components;
    uint16 pceSvn;
    bool isSet;
    bool hasTdx;
    bytes16 tdxComponents;
}

/// @dev The least security versions. An empty policy accepts every platform.
struct TcbPolicy {
    // slot 0: 1 + 2 + 2
    bool areOthersRefused;
    uint16 minimumSgxQe;
    uint16 minimumTdxQe;
    mapping(bytes6 fmspc => StoredMinimum) minimums;
}

/// @title TcbLib
/// @dev Comparison of security versions with the least ones.
library TcbLib {
    uint128 private constant EVERY_OTHER = 0x00ff00ff00ff00ff00ff00ff00ff00ff;

    /// @dev Sets the least security versions of a model.
    function setMinimum(TcbPolicy storage self, bytes6 fmspc, TcbMinimum calldata minimum) internal {
        bool hasTdx = minimum.tdxComponents != 0;
        self.minimums[fmspc] = StoredMinimum(minimum.components, minimum.pceSvn, true, hasTdx, minimum.tdxComponents);
    }

    /// @dev Reverts if a platform is below the least security versions.
    function check(
        TcbPolicy storage self,
        PckFacts memory facts,
        Tee tee,
        uint16 qeSvn,
        bytes16 teeTcbSvn
    ) internal view {
        uint16 leastQe = minimumQe(self, tee);
        require(qeSvn >= leastQe, IAttestation.QuotingEnclaveTooOld(tee, qeSvn, leastQe));

        StoredMinimum storage stored = self.minimums[facts.fmspc];
        (bytes16 components, uint16 pceSvn, bool isSet, bool hasTdx) = (
            stored.components,
            stored.pceSvn,
            stored.isSet,
            stored.hasTdx
        );
        require(isSet || !self.areOthersRefused, IAttestation.UnknownPlatformModel(facts.fmspc));
        if (!isSet) return;
        _compare(facts.fmspc, facts.components, components);
        require(
            facts.pceSvn >= pceSvn,
            IAttestation.TcbTooOld(facts.fmspc, bytes32(uint256(facts.pceSvn)), bytes32(uint256(pceSvn)))
        );
        if (hasTdx && tee == Tee.TDX) _compare(facts.fmspc, teeTcbSvn, stored.tdxComponents);
    }

    /// @dev Returns the least security version of the quoting enclaves of a TEE.
    function minimumQe(TcbPolicy storage self, Tee tee) internal view returns (uint16) {
        return tee == Tee.SGX ? self.minimumSgxQe : self.minimumTdxQe;
    }

    /// @dev Reverts unless each of 16 versions reaches its minimum.
    function _compare(bytes6 fmspc, bytes16 actual, bytes16 minimum) private pure {
        (uint128 a, uint128 b) = (uint128(actual), uint128(minimum));
        bool reaches =
            _reaches(a & EVERY_OTHER, b & EVERY_OTHER) && _reaches((a >> 8) & EVERY_OTHER, (b >> 8) & EVERY_OTHER);
        require(reaches, IAttestation.TcbTooOld(fmspc, actual, minimum));
    }

    /// @dev Returns whether each of eight versions in `a` reaches that in `b`: the subtraction borrows the bit above a
    /// version that does not.
    function _reaches(uint128 a, uint128 b) private pure returns (bool) {
        uint256 guards = (uint256(EVERY_OTHER) + 0x00010001000100010001000100010001) & ~uint256(EVERY_OTHER);
        return ((uint256(a) | guards) - b) & guards == guards;
    }
}
