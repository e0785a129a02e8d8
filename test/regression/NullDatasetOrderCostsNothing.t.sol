// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId} from "../../contracts/types/Ids.sol";
import {Work} from "../fixtures/Work.sol";

/// @dev docs/reference/protocol.md section 11 (b). Without a dataset nobody signs the dataset order, so anyone may write a price into it. The deployed peer
/// locks that price when it matches a boost deal, and never gives it back.
contract NullDatasetOrderCostsNothing_Test is Work {
    function testFuzz_BoostLocksNoPriceOfAnUnsignedOrder(uint256 price, uint256 volume) external {
        _withoutDataset();
        datasetOrder.datasetprice = price;
        datasetOrder.volume = volume;
        requestOrder.datasetmaxprice = type(uint256).max;
        _signOrders();
        DealId dealId = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);

        assertEq(poco.frozenOf(requester.addr), PRICE - DATASET_PRICE, "requester, frozen");
        assertEq(poco.viewDealBoost(dealId).datasetPrice, 0, "price");

        bytes memory authorization = _authorize(scheduler, worker.addr, dealId.taskAt(0), address(0));
        vm.prank(worker.addr);
        poco.pushResultBoost(dealId, 0, "results", "", authorization, address(0), "");
        assertEq(poco.frozenOf(requester.addr), 0, "nothing stays locked");
        assertEq(poco.balanceOf(requester.addr), FUNDS - PRICE + DATASET_PRICE, "requester");
        _assertBooksBalance();
    }

    function testFuzz_ClassicLocksNoPriceOfAnUnsignedOrder(uint256 price, uint256 volume) external {
        _withoutDataset();
        datasetOrder.datasetprice = price;
        datasetOrder.volume = volume;
        requestOrder.datasetmaxprice = type(uint256).max;
        DealId dealId = _matchOrders();

        assertEq(poco.frozenOf(requester.addr), PRICE - DATASET_PRICE, "requester, frozen");
        assertEq(poco.viewDeal(dealId).dataset.price, 0, "price");
    }
}
