// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

import {ICatalog} from "../interfaces/ICatalog.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {IWorkerpoolRegistry} from "../interfaces/IWorkerpoolRegistry.sol";

using RegistriesLib for Registries global;

/// @dev The registries of apps, datasets and workerpools. They are three addresses in two slots, because every match
/// reads them: the third is split in two and stored in the free bytes of the others. Whether matching is paused is
/// stored beside them for the same reason.
///
///            0                    20                     28       32
///            +--------------------+----------------------+--------+
///     slot 0 | apps               | workerpools, last 12          |
///     slot 1 | datasets           | workerpools, first 8 | paused |
///            +--------------------+----------------------+--------+
struct Registries {
    // slot 0: 20 + 12
    IRegistry apps;
    uint96 workerpoolsLow;
    // slot 1: 20 + 8 + 1
    IRegistry datasets;
    uint64 workerpoolsHigh;
    bool matchingPaused;
}

/// @title RegistriesLib
library RegistriesLib {
    /// @dev Sets the registries. Checks that each answers as a registry, since otherwise every match would fail without
    /// a reason.
    function set(
        Registries storage self,
        address appRegistry,
        address datasetRegistry,
        address workerpoolRegistry
    ) internal {
        bytes memory ownerQuestion = abi.encodeCall(IRegistry.ownerOfAsset, (address(0)));
        _checkAnswer(appRegistry, ownerQuestion, 32);
        _checkAnswer(datasetRegistry, ownerQuestion, 32);
        _checkAnswer(workerpoolRegistry, ownerQuestion, 32);
        _checkAnswer(workerpoolRegistry, abi.encodeCall(IWorkerpoolRegistry.termsOf, (address(0))), 96);

        self.apps = IRegistry(appRegistry);
        self.workerpoolsLow = uint96(uint160(workerpoolRegistry));
        self.datasets = IRegistry(datasetRegistry);
        self.workerpoolsHigh = uint64(uint160(workerpoolRegistry) >> 96);
        emit ICatalog.RegistriesChanged(appRegistry, datasetRegistry, workerpoolRegistry);
    }

    function workerpools(Registries storage self) internal view returns (IWorkerpoolRegistry) {
        return IWorkerpoolRegistry(address((uint160(self.workerpoolsHigh) << 96) | self.workerpoolsLow));
    }

    /// @dev Passes when `registry` answers `question` with at least `size` bytes.
    function _checkAnswer(address registry, bytes memory question, uint256 size) private view {
        require(registry.code.length > 0, ICatalog.RegistryWithoutCode(registry));
        // Safe: a staticcall can change nothing.
        bool answers = LowLevelCall.staticcallNoReturn(registry, question) && LowLevelCall.returnDataSize() >= size;
        require(answers, ICatalog.RegistryNotAnswering(registry));
    }
}
