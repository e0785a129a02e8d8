// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CodeStore, DataKind} from "../core/CodeStore.sol";
import {DealCodec, DealRecord} from "../core/DealCodec.sol";
import {DealId} from "../types/Ids.sol";

/// @title DealParties
/// @dev Whom a deal binds, read where the hub keeps it rather than asked for: a quarter of the gas, in the middle of
/// what workers pay for. A deal is the code of a contract whose address follows from the hub and the deal's id; nobody
/// but the hub can put code there, and nobody can change it. Where a hub kept its deals elsewhere, no deal would be
/// found, and nothing be authorised.
library DealParties {
    /// @dev The workerpool's owner at deal time, zero if there is no such deal; the app, unless it is a boost deal,
    /// which does not remember it.
    function of_(DealId id, address hub) internal view returns (address workerpoolOwner, address app, bool isBoost) {
        address location = CodeStore.addressIn(hub, DataKind.DEAL, DealId.unwrap(id));
        bytes memory data = CodeStore.readStart(location, DealCodec.MAX_TERMS);
        if (data.length == 0) return (workerpoolOwner, app, isBoost);

        DealRecord memory record;
        DealCodec.decodeTerms(data, record);
        return (record.deal.workerpool.owner, record.deal.app.pointer, record.boost);
    }
}
