// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId} from "../../contracts/types/Ids.sol";
import {Work} from "../fixtures/Work.sol";

/// @dev docs/reference/protocol.md section 11 (a). The deployed peer seizes the requester when a sponsored boost task is pushed: who sponsored stays locked
/// for good, and so does what the requester locked for something else.
contract SponsoredBoostChargesTheSponsor_Test is Work {
    function _push(DealId dealId, uint256 index) internal {
        bytes memory authorization = _authorize(scheduler, worker.addr, dealId.taskAt(index), address(0));
        vm.prank(worker.addr);
        poco.pushResultBoost(dealId, index, "results", "", authorization, address(0), "");
    }

    function test_PushTakesTheSponsorsMoney() external {
        // The requester has as much frozen, for a deal of its own.
        DealId own = _matchOrders();
        (appOrder.salt, datasetOrder.salt, workerpoolOrder.salt, requestOrder.salt) = ("2", "2", "2", "2");
        _withVolume(2);
        _signOrders();
        vm.prank(sponsor.addr);
        DealId sponsored = poco.sponsorMatchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);

        _push(sponsored, 0);

        assertEq(poco.frozenOf(sponsor.addr), PRICE, "sponsor, frozen: one task of two");
        assertEq(poco.balanceOf(sponsor.addr), FUNDS - 2 * PRICE, "sponsor");
        assertEq(poco.frozenOf(requester.addr), PRICE, "requester, frozen: its own deal");
        assertEq(poco.balanceOf(requester.addr), FUNDS - PRICE, "requester");

        vm.warp(FINAL_DEADLINE);
        poco.claimBoost(sponsored, 1);
        poco.initialize(own, 0);
        poco.claim(own.taskAt(0));
        assertEq(poco.balanceOf(sponsor.addr), FUNDS - PRICE, "sponsor, after all");
        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester, after all");
        assertEq(poco.frozenOf(sponsor.addr) + poco.frozenOf(requester.addr), 0, "nothing stays locked");
        _assertBooksBalance();
    }

    function test_PushSucceedsThoughTheRequesterHasNothing() external {
        vm.prank(requester.addr);
        poco.withdraw(FUNDS);
        _signOrders();
        vm.prank(sponsor.addr);
        DealId sponsored = poco.sponsorMatchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);

        _push(sponsored, 0);

        assertEq(poco.balanceOf(sponsor.addr), FUNDS - PRICE, "sponsor");
    }
}
