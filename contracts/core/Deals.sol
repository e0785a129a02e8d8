// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CodeStore, DataKind} from "./CodeStore.sol";
import {DealCodec, DealRecord} from "./DealCodec.sol";
import {DealId} from "../types/Ids.sol";

/// @title Deals
/// @dev Where deals are: each is the code of a data contract at the address that follows from its id.
library Deals {
    /// @dev Writes a deal. Nothing ever changes it.
    function record(DealId id, DealRecord memory made, string calldata params) internal {
        CodeStore.write(DataKind.DEAL, DealId.unwrap(id), DealCodec.encode(made, params));
    }

    /// @dev Where the deal is or will be.
    function addressOf(DealId id) internal view returns (address) {
        return CodeStore.addressOf(DataKind.DEAL, DealId.unwrap(id));
    }

    /// @dev The deal at `location` but for its params, or zeros. Params may be long, and only views show them.
    function load(address location) internal view returns (DealRecord memory found) {
        bytes memory data = CodeStore.readStart(location, DealCodec.MAX_TERMS);
        if (data.length != 0) DealCodec.decodeTerms(data, found);
    }

    /// @dev The deal at `location`, or zeros.
    function loadWhole(address location) internal view returns (DealRecord memory found) {
        bytes memory data = CodeStore.read(location);
        if (data.length != 0) DealCodec.decode(data, found);
    }

    /// @dev How many tasks the deal has, or 0 where there is none.
    function sizeOf(DealId id) internal view returns (uint256 size) {
        bytes memory data = CodeStore.readStart(addressOf(id), DealCodec.MAX_SIZE_END);
        if (data.length != 0) size = DealCodec.decodeSize(data);
    }
}
