// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CodeStore, DataKind} from "./CodeStore.sol";
import {DealCodec, DealRecord} from "./DealCodec.sol";
import {DealId} from "../types/Ids.sol";

/// @title Deals
/// @dev The store of deals. Each deal is the code of a contract at a CREATE2 address derived from the deal id.
library Deals {
    /// @dev Stores a deal, which never changes.
    function record(DealId id, DealRecord memory made, string calldata params) internal {
        CodeStore.write(DataKind.DEAL, DealId.unwrap(id), DealCodec.encode(made, params));
    }

    /// @dev Returns the address where the deal is or will be stored.
    function addressOf(DealId id) internal view returns (address) {
        return CodeStore.addressOf(DataKind.DEAL, DealId.unwrap(id));
    }

    /// @dev Returns the deal at `location` without its params, or zeros. Params may be long, and only views return
    /// them.
    function load(address location) internal view returns (DealRecord memory found) {
        bytes memory data = CodeStore.readStart(location, DealCodec.MAX_TERMS);
        if (data.length != 0) DealCodec.decodeTerms(data, found);
    }

    /// @dev Returns the deal at `location`, or zeros.
    function loadWhole(address location) internal view returns (DealRecord memory found) {
        bytes memory data = CodeStore.read(location);
        if (data.length != 0) DealCodec.decode(data, found);
    }

    /// @dev Returns the number of tasks of the deal, or 0 if there is no such deal.
    function sizeOf(DealId id) internal view returns (uint256 size) {
        bytes memory data = CodeStore.readStart(addressOf(id), DealCodec.MAX_SIZE_END);
        if (data.length != 0) size = DealCodec.decodeSize(data);
    }
}
