// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";

import {CodeStore} from "../core/CodeStore.sol";
import {DealCodec, DealRecord} from "../core/DealCodec.sol";
import {DealId} from "../types/Ids.sol";

/// @title DealParties
/// @dev Whom a deal binds, read where the hub keeps it rather than asked for: a quarter of the gas, in the middle of
/// what workers pay for. A deal is the code of a contract whose address follows from the hub and the deal's id; nobody
/// but the hub can put code there, and nobody can change it. Where a hub kept its deals elsewhere, no deal would be
/// found, and nothing be authorised.
library DealParties {
    /// @dev The hash of the init code that {CodeStore} creates deals with.
    bytes32 private constant INIT_CODE_HASH = keccak256(hex"5f5f5f5f335afa3d5f5f3e3d5ff300");

    /// @dev The workerpool's owner at deal time, zero if there is no such deal; the app, unless it is a boost deal,
    /// which does not remember it.
    function of_(DealId id, address hub) internal view returns (address workerpoolOwner, address app, bool isBoost) {
        bytes memory data = CodeStore.read(Create2.computeAddress(DealId.unwrap(id), INIT_CODE_HASH, hub));
        if (data.length == 0) return (workerpoolOwner, app, isBoost);

        DealRecord memory record;
        DealCodec.decode(data, record);
        return (record.deal.workerpool.owner, record.deal.app.pointer, record.boost);
    }
}
