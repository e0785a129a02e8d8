// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId} from "../../contracts/types/Ids.sol";
import {Tag} from "../../contracts/types/Tag.sol";
import {Work} from "../fixtures/Work.sol";

/// @dev docs/reference/protocol.md section 11 (f). Without a dataset nobody signs the dataset order, so anyone may write a tag into it. On the deployed peer
/// its bits reach the deal, and can make it one that no worker may do.
contract NullDatasetOrderDemandsNothing_Test is Work {
    function testFuzz_NoBitOfAnUnsignedOrderReachesTheDeal(bytes32 tag, bytes32 poolTag) external {
        _withoutDataset();
        datasetOrder.tag = Tag.wrap(tag);
        workerpoolOrder.tag = Tag.wrap(poolTag);
        DealId dealId = _matchOrders();

        assertEq(Tag.unwrap(poco.viewDeal(dealId).tag), 0, "tag");
        poco.initialize(dealId, 0);
        _contribute(dealId.taskAt(0), worker, DIGEST);
    }

    function testFuzz_NorABoostDeal(bytes32 tag) external {
        _withoutDataset();
        datasetOrder.tag = Tag.wrap(tag);
        _signOrders();
        DealId dealId = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);

        assertEq(poco.viewDealBoost(dealId).shortTag, 0, "tag");
        bytes memory authorization = _authorize(scheduler, worker.addr, dealId.taskAt(0), address(0));
        vm.prank(worker.addr);
        poco.pushResultBoost(dealId, 0, "results", "", authorization, address(0), "");
    }
}
