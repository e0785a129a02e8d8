// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICatalog} from "../interfaces/ICatalog.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {IWorkerpoolRegistry} from "../interfaces/IWorkerpoolRegistry.sol";

using RegistriesLib for Registries global;

/// @dev Where apps, datasets and workerpools are registered. Three addresses in two slots, because every match reads
/// them: the third one is cut in two and fills what the others leave free. Whether matching is paused is beside them
/// for the same reason.
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
    /// @dev Points to other registries. Each must be a contract, or every match would fail without a reason.
    function set(
        Registries storage self,
        address appRegistry,
        address datasetRegistry,
        address workerpoolRegistry
    ) internal {
        require(appRegistry.code.length > 0, ICatalog.RegistryWithoutCode(appRegistry));
        require(datasetRegistry.code.length > 0, ICatalog.RegistryWithoutCode(datasetRegistry));
        require(workerpoolRegistry.code.length > 0, ICatalog.RegistryWithoutCode(workerpoolRegistry));

        self.apps = IRegistry(appRegistry);
        self.workerpoolsLow = uint96(uint160(workerpoolRegistry));
        self.datasets = IRegistry(datasetRegistry);
        self.workerpoolsHigh = uint64(uint160(workerpoolRegistry) >> 96);
    }

    function workerpools(Registries storage self) internal view returns (IWorkerpoolRegistry) {
        return IWorkerpoolRegistry(address((uint160(self.workerpoolsHigh) << 96) | self.workerpoolsLow));
    }
}
