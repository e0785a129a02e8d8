// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFacet} from "../diamond/IFacet.sol";
import {BoostMatchingFacet} from "../facets/BoostMatchingFacet.sol";
import {MatchingFacet} from "../facets/MatchingFacet.sol";
import {OrderBookFacet} from "../facets/OrderBookFacet.sol";

/// @title MarketBundle
/// @dev The facets of orders and matching, which hash, read and check orders.
contract MarketBundle is BoostMatchingFacet, MatchingFacet, OrderBookFacet {
    /// @inheritdoc IFacet
    function exportSelectors()
        public
        pure
        override(BoostMatchingFacet, MatchingFacet, OrderBookFacet)
        returns (bytes memory)
    {
        return
            bytes.concat(
                BoostMatchingFacet.exportSelectors(),
                MatchingFacet.exportSelectors(),
                OrderBookFacet.exportSelectors()
            );
    }
}
