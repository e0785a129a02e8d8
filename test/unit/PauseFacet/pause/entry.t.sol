// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDiamondLoupe} from "../../../../contracts/interfaces/external/IERC2535.sol";
import {IBoostMatching} from "../../../../contracts/interfaces/IBoostMatching.sol";
import {IEscrow} from "../../../../contracts/interfaces/IEscrow.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {IPause} from "../../../../contracts/interfaces/IPause.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {OrderOperation, RequestOrderOperation} from "../../../../contracts/types/Orders.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Work} from "../../../fixtures/Work.sol";

/// @dev What a pause closes, and that it closes nothing else.
contract Entry_Unit_Test is Work {
    bytes private constant PAUSED = abi.encodeWithSelector(IPause.EntryPaused.selector);

    function test_ShouldRefuseEveryDeposit() external {
        deal(address(rlc), requester.addr, 3);
        vm.prank(requester.addr);
        rlc.approve(address(poco), 3);
        (uint256[] memory amounts, address[] memory targets) = (new uint256[](1), new address[](1));
        (amounts[0], targets[0]) = (1, requester.addr);
        _pause();
        vm.startPrank(requester.addr);

        vm.expectRevert(PAUSED);
        poco.deposit(1);
        vm.expectRevert(PAUSED);
        poco.depositFor(1, anyone.addr);
        vm.expectRevert(PAUSED);
        poco.depositForArray(amounts, targets);
    }

    function test_ShouldRefuseEveryMatch() external {
        _signOrders();
        _pause();
        vm.startPrank(sponsor.addr);

        vm.expectRevert(PAUSED);
        poco.matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        vm.expectRevert(PAUSED);
        poco.sponsorMatchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        vm.expectRevert(PAUSED);
        poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        vm.expectRevert(PAUSED);
        poco.sponsorMatchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        vm.stopPrank();

        _unpause();
        _matchOrders();
    }

    function test_ShouldRefuseAnApprovalThatDepositsAndMatches() external {
        _signOrders();
        bytes memory call = abi.encodeCall(
            IMatching.matchOrders,
            (appOrder, datasetOrder, workerpoolOrder, requestOrder)
        );
        deal(address(rlc), requester.addr, 1);
        _pause();
        vm.startPrank(requester.addr);

        vm.expectRevert(PAUSED);
        rlc.approveAndCall(address(poco), 1, "");
        vm.expectRevert(PAUSED);
        rlc.approveAndCall(address(poco), 1, call);
    }

    /// @dev Every function that the hub has, with arguments of zeros, answers the same whether it is paused or not.
    function test_ShouldLeaveEveryOtherFunctionAsItWas() external {
        IDiamondLoupe.Facet[] memory facets = poco.facets();
        uint256 compared;
        for (uint256 i; i < facets.length; ++i) {
            for (uint256 j; j < facets[i].functionSelectors.length; ++j) {
                bytes4 selector = facets[i].functionSelectors[j];
                if (_isEntry(selector) || _isOfPause(selector)) continue;
                bytes memory open = _answerOf(selector, false);
                assertEq(_answerOf(selector, true), open, vm.toString(bytes32(selector)));
                ++compared;
            }
        }
        assertGt(compared, 90, "functions");
    }

    function test_ShouldLetTasksGoOnToTheirPayment() external {
        DealId dealId = _matchOrders();
        _pause();

        TaskId taskId = poco.initialize(dealId, 0);
        _contribute(taskId, worker, DIGEST);
        _reveal(taskId, worker.addr);
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "results", "");
        _assertStatus(taskId, TaskStatus.COMPLETED);
        assertGt(poco.balanceOf(worker.addr), FUNDS, "worker's reward");
    }

    function test_ShouldLetTasksBeClaimed() external {
        DealId dealId = _matchOrders();
        _pause();

        vm.warp(FINAL_DEADLINE);
        TaskId taskId = poco.initialize(dealId, 0);
        poco.claim(taskId);
        assertEq(poco.balanceOf(requester.addr), FUNDS, "all back");
    }

    function test_ShouldLetBoostTasksEnd() external {
        _withVolume(2);
        _signOrders();
        DealId dealId = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        _pause();

        bytes memory permit = _authorize(scheduler, worker.addr, dealId.taskAt(0), address(0));
        vm.prank(worker.addr);
        poco.pushResultBoost(dealId, 0, "results", "", permit, address(0), "");
        _assertStatus(dealId.taskAt(0), TaskStatus.COMPLETED);
        vm.warp(CONTRIBUTION_DEADLINE);
        poco.claimBoost(dealId, 1);
        _assertStatus(dealId.taskAt(1), TaskStatus.FAILED);
    }

    function test_ShouldLetMoneyLeave() external {
        _pause();
        vm.startPrank(requester.addr);
        poco.transfer(anyone.addr, 1);
        poco.withdraw(1);
        poco.withdrawTo(FUNDS - 2, beneficiary.addr);

        assertEq(rlc.balanceOf(requester.addr), 1, "withdrawn");
        assertEq(rlc.balanceOf(beneficiary.addr), FUNDS - 2, "withdrawn to");
        assertEq(poco.balanceOf(anyone.addr), 1, "transferred");
    }

    function test_ShouldLetOrdersBeClosed() external {
        _pause();
        vm.prank(requester.addr);
        poco.manageRequestOrder(RequestOrderOperation(requestOrder, OrderOperation.CLOSE, ""));

        assertEq(poco.viewConsumed(signer.hashRequest(requestOrder)), 1, "closed");
    }

    function _pause() private {
        vm.prank(owner.addr);
        poco.pause();
    }

    function _unpause() private {
        vm.prank(owner.addr);
        poco.unpause();
    }

    /// @dev Whether the call succeeds and what it answers, in a hub that is paused or not.
    function _answerOf(bytes4 selector, bool isPaused) private returns (bytes memory) {
        uint256 before = vm.snapshotState();
        if (isPaused) _pause();
        vm.prank(requester.addr);
        (bool success, bytes memory answer) = address(poco).call(abi.encodePacked(selector, new bytes(1024)));
        vm.revertToState(before);
        return abi.encode(success, answer);
    }

    function _isEntry(bytes4 selector) private pure returns (bool) {
        return
            selector == IEscrow.deposit.selector ||
            selector == IEscrow.depositFor.selector ||
            selector == IEscrow.depositForArray.selector ||
            selector == IEscrow.receiveApproval.selector ||
            selector == IMatching.matchOrders.selector ||
            selector == IMatching.sponsorMatchOrders.selector ||
            selector == IBoostMatching.matchOrdersBoost.selector ||
            selector == IBoostMatching.sponsorMatchOrdersBoost.selector;
    }

    /// @dev What is there to tell a paused hub from another.
    function _isOfPause(bytes4 selector) private pure returns (bool) {
        return selector == IPause.paused.selector;
    }
}
