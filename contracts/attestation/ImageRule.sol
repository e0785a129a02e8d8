// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITeeBroker} from "../interfaces/ITeeBroker.sol";
import {Tee} from "../types/Attestation.sol";
import {Memory} from "./Memory.sol";
import {Statement} from "./Quote.sol";
import {Reports} from "./Reports.sol";

/// @title ImageRule
/// @dev What the quote of a trust domain says about a container image. The host states the digest of the image in
/// MRCONFIGID before the trust domain starts, and it cannot change afterwards. The statement proves something only
/// because of the runtime, which runs that image and nothing else. RTMR3, which the runtime extends with the digest, is
/// checked off chain only, since the EVM has no SHA-384. docs/explanation/attestation.md explains the rule.
library ImageRule {
    uint256 private constant CONFIG_LENGTH = 48;
    /// @dev The first byte of MRCONFIGID, which says that the digest of an image follows.
    uint256 private constant CONFIG_VERSION = 1;
    /// @dev The position of the zeros after the digest: 15 bytes.
    uint256 private constant CONFIG_PADDING = 33;
    /// @dev The length of attributes, XFAM and MRTD, which follow one another.
    uint256 private constant START_LENGTH = 64;
    /// @dev The length of RTMR0 to RTMR2.
    uint256 private constant REGISTERS_LENGTH = 144;

    /// @dev Returns whether the quote is of a trust domain whose host stated something in MRCONFIGID.
    function applies(Statement memory self) internal pure returns (bool) {
        unchecked {
            // Safe here and below: the positions are within the report.
            return self.tee == Tee.TDX && !Memory.isZero(self.report + Reports.TD_CONFIG, CONFIG_LENGTH);
        }
    }

    /// @dev Returns the digest of the image in MRCONFIGID: 01, the digest, and 15 zeros. Reverts on another layout.
    function digestOf(Statement memory self) internal pure returns (bytes32) {
        unchecked {
            uint256 config = self.report + Reports.TD_CONFIG;
            bool isDigest = Memory.byteAt(config) == CONFIG_VERSION;
            isDigest = isDigest && Memory.isZero(config + CONFIG_PADDING, CONFIG_LENGTH - CONFIG_PADDING);
            require(isDigest, ITeeBroker.UnknownConfiguration(Memory.word(config), bytes16(Memory.word(config + 32))));
            return Memory.word(config + 1);
        }
    }

    /// @dev Returns the id of the runtime: keccak256(attributes ‖ XFAM ‖ MRTD ‖ RTMR0 ‖ RTMR1 ‖ RTMR2). It fixes the
    /// choices of the host that no measurement covers; {Isolation} requires that MRSERVICETD is zero.
    function runtimeOf(Statement memory self) internal pure returns (bytes32) {
        uint256 report = self.report;
        unchecked {
            (uint256 start, uint256 registers) = (report + Reports.TD_ATTRIBUTES, report + Reports.TD_REGISTERS);
            return Memory.keccak(start, START_LENGTH, registers, REGISTERS_LENGTH);
        }
    }
}
