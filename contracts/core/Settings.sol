// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Registries} from "./Registries.sol";
import {ICatalog} from "../interfaces/ICatalog.sol";
import {IPause} from "../interfaces/IPause.sol";
import {ISettings} from "../interfaces/ISettings.sol";
import {MAX_CALLBACK_GAS, MIN_CALLBACK_GAS} from "../types/Constants.sol";

using SettingsLib for Settings global;

/// @dev A category as stored. The fields that matching reads share one slot.
struct StoredCategory {
    // slot 0: 1 + 4
    bool exists;
    uint32 workClockTimeRef;
    string name;
    string description;
}

/// @dev The settings of the owner, and those of the deployment.
/// @custom:storage-location erc7201:poco.storage.Settings
struct Settings {
    // slot 0: 20 + 12
    address teeBroker;
    uint96 callbackGas;
    // slot 1: 20 + 1
    address token;
    /// @dev Stored beside the token, because every deposit of RLC reads both. {Registries} has the same for matching.
    bool depositsPaused;
    Registries registries;
    string name;
    string symbol;
    uint256 categoryCount;
    mapping(uint256 id => StoredCategory) categories;
    address guardian;
}

uint256 constant SETTINGS_SLOT = erc7201("poco.storage.Settings");

function settings() pure returns (Settings storage $) {
    uint256 slot = SETTINGS_SLOT;
    assembly ("memory-safe") {
        $.slot := slot
    }
}

/// @title SettingsLib
/// @dev Categories, which are created once and never changed; the gas of callbacks; the pause.
library SettingsLib {
    /// @dev Adds a category and returns its id.
    function createCategory(
        Settings storage self,
        string memory name,
        string memory description,
        uint256 workClockTimeRef
    ) internal returns (uint256 id) {
        // With 32 bits, a deadline ten category times after any deal still fits the 40 bits that store it.
        require(workClockTimeRef <= type(uint32).max, ICatalog.CategoryTooLong(workClockTimeRef, type(uint32).max));

        id = self.categoryCount++;
        self.categories[id] = StoredCategory(true, uint32(workClockTimeRef), name, description);

        emit ICatalog.CreateCategory(id, name, description, workClockTimeRef);
    }

    /// @dev Sets the gas of callbacks.
    function setCallbackGas(Settings storage self, uint256 callbackGas) internal {
        require(callbackGas >= MIN_CALLBACK_GAS, ISettings.CallbackGasTooSmall(callbackGas, MIN_CALLBACK_GAS));
        require(callbackGas <= MAX_CALLBACK_GAS, ISettings.CallbackGasTooLarge(callbackGas, MAX_CALLBACK_GAS));
        emit ISettings.CallbackGasChanged(self.callbackGas, callbackGas);
        self.callbackGas = uint96(callbackGas);
    }

    /// @dev Sets the account that authorizes enclaves.
    function setTeeBroker(Settings storage self, address teeBroker) internal {
        require(teeBroker != address(this), ISettings.TeeBrokerIsTheHub());
        emit ISettings.TeeBrokerChanged(self.teeBroker, teeBroker);
        self.teeBroker = teeBroker;
    }

    /// @dev Sets the account that may pause besides the owner.
    function setGuardian(Settings storage self, address guardian) internal {
        emit IPause.GuardianChanged(self.guardian, guardian);
        self.guardian = guardian;
    }

    /// @dev Pauses or unpauses deposits and matching. Does nothing where nothing changes, so that a guardian cannot
    /// make a batch of the owner's calls fail by front-running it.
    function setPaused(Settings storage self, bool paused) internal {
        if (self.depositsPaused == paused) return;

        self.depositsPaused = paused;
        self.registries.matchingPaused = paused;
        if (paused) emit IPause.Paused(msg.sender);
        else emit IPause.Unpaused(msg.sender);
    }

    /// @dev Passes when deposits are not paused.
    function requireDepositsOpen(Settings storage self) internal view {
        require(!self.depositsPaused, IPause.EntryPaused());
    }

    /// @dev Returns the token of deposits. Reverts if deposits are paused; both are read from one slot at once.
    function depositToken(Settings storage self) internal view returns (address token) {
        bool paused;
        (token, paused) = (self.token, self.depositsPaused);
        require(!paused, IPause.EntryPaused());
    }

    /// @dev Passes when matching is not paused.
    function requireMatchingOpen(Settings storage self) internal view {
        require(!self.registries.matchingPaused, IPause.EntryPaused());
    }

    /// @dev Returns the category `id`, which must exist.
    function category(Settings storage self, uint256 id) internal view returns (StoredCategory storage found) {
        found = self.categories[id];
        require(found.exists, ICatalog.UnknownCategory(id));
    }
}
