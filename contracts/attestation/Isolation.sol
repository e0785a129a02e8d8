// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {Report, Tee} from "../types/Attestation.sol";
import {Memory} from "./Memory.sol";
import {Statement} from "./Quote.sol";
import {Reports} from "./Reports.sol";

/// @title Isolation
/// @dev Rules for the choices of a host, when it starts an enclave or a trust domain, that no measurement covers. Only
/// values that isolate it from the host are accepted. docs/reference/quotes.md has the table, and the TypeScript
/// verifier (isolation.ts) the same rules.
library Isolation {
    uint64 private constant SEPT_VE_DISABLE = 0x10000000;
    uint64 private constant MIGRATABLE = 0x20000000;
    /// @dev The other attributes that a trust domain may have: ICSSD, LASS, SEPT_VE_DISABLE, PKS and PERFMON.
    uint64 private constant TD_ALLOWED = 0x8000000058010000;
    /// @dev x87 and SSE, which all current code needs.
    uint64 private constant FEATURES_REQUIRED = 0x03;
    /// @dev The other allowed features, AVX, AVX-512, PKRU, CET, user interrupts and AMX: all of XFAM but PT and LBR,
    /// which record the control flow.
    uint64 private constant TD_FEATURES_ALLOWED = 0x65ae7;
    /// @dev Initialized, and in 64-bit mode: the same bytes are other instructions in 32-bit mode.
    uint64 private constant SGX_REQUIRED = 0x05;
    /// @dev The other allowed attributes: CET, KSS (whose configuration must be zero) and AEX notify, but neither the
    /// provision key nor the launch key.
    uint64 private constant SGX_ALLOWED = 0x04c5;
    /// @dev x87, SSE, AVX, MPX, AVX-512, PKRU, CET and AMX.
    uint64 private constant SGX_FEATURES_ALLOWED = 0x61aff;
    /// @dev EXINFO and CPINFO: information of the processor about faults, written into the enclave.
    uint256 private constant MISC_ALLOWED = 0x03;

    /// @dev Reverts if a host could read, export or control the memory. Debug mode is checked separately.
    function check(Statement memory self, bool isSeptVeAllowed) internal pure {
        if (self.tee == Tee.SGX) _checkEnclave(self.report);
        else _checkTrustDomain(self, isSeptVeAllowed);
    }

    /// @dev Returns whether it is a trust domain whose host can remove pages from it.
    function lacksSeptVeDisable(Statement memory self) internal pure returns (bool) {
        return self.tee == Tee.TDX && Reports.tdFlags(self.report) & SEPT_VE_DISABLE == 0;
    }

    function _checkTrustDomain(Statement memory self, bool isSeptVeAllowed) private pure {
        uint256 report = self.report;
        uint64 flags = Reports.tdFlags(report);
        require(flags & MIGRATABLE == 0, IAttestation.MigratableTrustDomain(flags));
        unchecked {
            // Safe here and below: the positions are within the report, whose length was checked.
            if (self.place + self.length - report == Reports.TD_15_LENGTH) {
                uint256 service = report + Reports.TD_SERVICE_MEASUREMENT;
                require(
                    Memory.isZero(service, 48),
                    IAttestation.ServiceTrustDomain(Memory.word(service), bytes16(Memory.word(service + 32)))
                );
            }
            require(isSeptVeAllowed || flags & SEPT_VE_DISABLE != 0, IAttestation.SeptVeNotDisabled(flags));
            _checkMask(flags, 0, TD_ALLOWED, Report.TRUST_DOMAIN);
            _checkFeatures(Memory.uint64At(report + Reports.TD_FEATURES), TD_FEATURES_ALLOWED, Report.TRUST_DOMAIN);
        }
    }

    function _checkEnclave(uint256 report) private pure {
        _checkMask(Reports.sgxFlags(report), SGX_REQUIRED, SGX_ALLOWED, Report.ENCLAVE);
        unchecked {
            // Safe: the position is within the report.
            _checkFeatures(Memory.uint64At(report + Reports.SGX_FEATURES), SGX_FEATURES_ALLOWED, Report.ENCLAVE);
            uint256 misc = Memory.uint32At(report + Reports.SGX_MISC_SELECT);
            require(misc & ~MISC_ALLOWED == 0, IAttestation.UnexpectedMiscSelect(misc, MISC_ALLOWED));
        }
    }

    function _checkMask(uint64 flags, uint64 required, uint64 allowed, Report what) private pure {
        bool isExpected = flags & required == required && flags & ~allowed == 0;
        require(isExpected, IAttestation.UnexpectedAttributes(what, flags, required, allowed));
    }

    function _checkFeatures(uint64 features, uint64 allowed, Report what) private pure {
        bool isExpected = features & FEATURES_REQUIRED == FEATURES_REQUIRED && features & ~allowed == 0;
        require(isExpected, IAttestation.UnexpectedFeatures(what, features, FEATURES_REQUIRED, allowed));
    }
}
