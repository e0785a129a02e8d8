// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IOwnership} from "../interfaces/IOwnership.sol";

using OwnershipLib for Ownership global;

/// @dev The owner, who may change settings and facets, and the account that is invited to be the next owner.
/// @custom:storage-location erc7201:poco.storage.Ownership
struct Ownership {
    address owner;
    address pendingOwner;
}

uint256 constant OWNERSHIP_SLOT = erc7201("poco.storage.Ownership");

function ownership() pure returns (Ownership storage $) {
    uint256 slot = OWNERSHIP_SLOT;
    assembly ("memory-safe") {
        $.slot := slot
    }
}

/// @title OwnershipLib
/// @dev Ownership in two steps, so that it never goes to an address that nobody controls.
library OwnershipLib {
    /// @dev Passes when the caller is the owner.
    function requireOwner(Ownership storage self) internal view {
        require(msg.sender == self.owner, IOwnership.CallerIsNotTheOwner(msg.sender, self.owner));
    }

    /// @dev Invites `next`; zero withdraws the invitation.
    function invite(Ownership storage self, address next) internal {
        self.pendingOwner = next;
        emit IOwnership.OwnershipTransferStarted(self.owner, next);
    }

    /// @dev Makes the caller, which must be invited, the owner.
    function accept(Ownership storage self) internal {
        require(msg.sender == self.pendingOwner, IOwnership.CallerIsNotThePendingOwner(msg.sender, self.pendingOwner));
        self.set(msg.sender);
    }

    /// @dev Makes `next` the owner at once.
    function set(Ownership storage self, address next) internal {
        address previous = self.owner;
        self.owner = next;
        delete self.pendingOwner;
        emit IOwnership.OwnershipTransferred(previous, next);
    }
}
