// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CodeStore, DataKind} from "../core/CodeStore.sol";
import {DealCodec, DealRecord} from "../core/DealCodec.sol";
import {DealId} from "../types/Ids.sol";

/// @title DealParties
/// @dev The owner of the workerpool and the app of a deal, read from the data contract of the deal instead of by a call
/// of the hub, for a quarter of the gas. A deal is the code of a contract whose address follows from the hub and the
/// deal id; only the hub can create code there, and nobody can change it. If a hub stored its deals elsewhere, no deal
/// would be found and nothing authorized.
library DealParties {
    /// @dev Returns the owner of the workerpool at deal time, or zero if there is no such deal; and the app, or zero
    /// for a boost deal, which does not store it.
    function of_(DealId id, address hub) internal view returns (address workerpoolOwner, address app, bool isBoost) {
        address location = CodeStore.addressIn(hub, DataKind.DEAL, DealId.unwrap(id));
        bytes memory data = CodeStore.readStart(location, DealCodec.MAX_TERMS);
        if (data.length == 0) return (workerpoolOwner, app, isBoost);

        DealRecord memory record;
        DealCodec.decodeTerms(data, record);
        return (record.deal.workerpool.owner, record.deal.app.pointer, record.boost);
    }
}
