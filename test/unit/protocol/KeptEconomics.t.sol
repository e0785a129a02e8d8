// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId, TaskId} from "../../../contracts/types/Ids.sol";
import {Work} from "../../fixtures/Work.sol";

/// @dev What the protocol allows though somebody may wish it did not. It is kept because clients count on it, and
/// docs/explanation/security.md warns of it; whoever changes it must say so there.
contract KeptEconomics_Unit_Test is Work {
    uint256 private constant RLC = 1e9;

    // The kitty

    function test_ATaskThatCostsNothingDrawsOnTheKitty() external {
        _fillKitty(5 * RLC);
        _withoutPrices();
        uint256 before = poco.balanceOf(scheduler.addr);
        _finish(_openTask(), worker);

        assertEq(poco.balanceOf(scheduler.addr), before + RLC, "scheduler");
        assertEq(poco.frozenOf(poco.kitty_address()), 4 * RLC, "kitty");
    }

    function test_AWorkerpoolDrawsBackWhatItForfeited() external {
        uint256 before = poco.balanceOf(scheduler.addr);
        _failedTask();
        assertEq(poco.balanceOf(scheduler.addr), before - POOL_STAKE, "forfeited");

        _resetOrders();
        requestOrder.salt = appOrder.salt = datasetOrder.salt = workerpoolOrder.salt = "again";
        _withoutPrices();
        _finish(_openTask(), worker);
        assertEq(poco.balanceOf(scheduler.addr), before, "drawn back");
    }

    // Trust

    function test_ASchedulerMayBeTheOnlyWorker() external {
        uint256 before = poco.balanceOf(scheduler.addr);
        _finish(_openTask(), scheduler);

        assertEq(poco.balanceOf(scheduler.addr), before + POOL_PRICE, "scheduler");
    }

    function test_FriendsOfTheSchedulerOutvoteAnHonestWorker() external {
        requestOrder.trust = 3;
        TaskId taskId = _openTask();
        uint256 before = poco.balanceOf(worker.addr);
        _contribute(taskId, worker, DIGEST);
        Account[3] memory friends = [worker2, worker3, worker4];
        for (uint256 i; i < 3; ++i) _contribute(taskId, friends[i], LIE);
        for (uint256 i; i < 3; ++i) {
            vm.prank(friends[i].addr);
            poco.reveal(taskId, LIE);
        }
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "lies", "");

        assertEq(poco.balanceOf(worker.addr), before - WORKER_STAKE, "the stake is lost");
        assertEq(poco.frozenOf(worker.addr), 0, "and not frozen");
    }

    function test_ScoresAreEarnedForNothing() external {
        _withoutPrices();
        requestOrder.trust = 3;
        TaskId taskId = _openTask();
        _contribute(taskId, worker, DIGEST);
        _contribute(taskId, worker2, DIGEST);
        _reveal(taskId, worker.addr);
        _reveal(taskId, worker2.addr);
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "", "");

        assertEq(poco.viewScore(worker.addr), 1, "score");
        assertEq(poco.viewScore(worker2.addr), 1, "score of the other");
    }

    /// @dev Also where the deal demands no enclave.
    function test_ABrokerNeedsNoScheduler() external {
        vm.prank(owner.addr);
        poco.setTeeBroker(broker.addr);
        TaskId taskId = _openTask();
        uint256 before = poco.balanceOf(worker.addr);
        bytes memory attestation = _attest(enclave, taskId, worker.addr, DIGEST);
        bytes memory authorization = _authorize(broker, worker.addr, taskId, enclave.addr);
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, DIGEST, "", "", enclave.addr, attestation, authorization);

        assertGt(poco.balanceOf(worker.addr), before, "worker");
    }

    /// @dev Without a broker the chain has only the scheduler's word that a key is in an enclave.
    function test_ASchedulerMayCallAnyKeyAnEnclave() external {
        _withTee();
        TaskId taskId = _openTask();
        bytes memory attestation = _attest(anyone, taskId, worker.addr, LIE);
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, anyone.addr);
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, LIE, "", "", anyone.addr, attestation, authorization);

        assertEq(poco.viewContribution(taskId, worker.addr).enclaveChallenge, anyone.addr, "enclave");
    }

    function test_ResultsAreTheWordOfWhoEndsTheTask() external {
        TaskId taskId = _agreedTask();
        _reveal(taskId, worker.addr);
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "a link to nothing", "");

        assertEq(poco.viewTask(taskId).results, "a link to nothing", "results");
        assertEq(poco.viewTask(taskId).resultDigest, DIGEST, "what was agreed on");
    }

    // Failure

    function test_AClaimPaysNobody() external {
        TaskId taskId = _agreedTask();
        _reveal(taskId, worker.addr);
        uint256 earnings = poco.balanceOf(worker.addr);
        uint256 before = poco.balanceOf(anyone.addr);
        vm.warp(FINAL_DEADLINE);
        vm.prank(anyone.addr);
        poco.claim(taskId);

        assertEq(poco.balanceOf(worker.addr), earnings + WORKER_STAKE, "the worker has its stake back and no more");
        assertEq(poco.balanceOf(anyone.addr), before, "nor has who claimed anything");
    }

    // Orders

    function test_AnyoneMakesABoostDealOfASignedRequest() external {
        _signOrders();
        vm.prank(anyone.addr);
        DealId dealId = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);

        assertEq(poco.viewDealBoost(dealId).requester, requester.addr, "requester");
        assertEq(poco.frozenOf(requester.addr), PRICE, "price");
        assertEq(poco.frozenOf(scheduler.addr), POOL_STAKE, "stake");
    }

    function test_AnyoneServesARequestThatNamesNoWorkerpool() external {
        _fund(anyone.addr, FUNDS);
        requestOrder.workerpool = address(0);
        workerpoolOrder.workerpool = workerpoolRegistry.createWorkerpool(anyone.addr, "of a stranger");
        _signOrders();
        workerpoolOrder.sign = _sign(anyone, signer.hashWorkerpool(workerpoolOrder));
        uint256 before = poco.balanceOf(anyone.addr);
        TaskId taskId = poco.initialize(poco.matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder), 0);
        bytes memory authorization = _authorize(anyone, anyone.addr, taskId, address(0));
        vm.prank(anyone.addr);
        poco.contributeAndFinalize(taskId, LIE, "", "", address(0), "", authorization);

        assertEq(poco.balanceOf(anyone.addr), before + POOL_PRICE, "stranger");
    }

    function test_AnOrderIsGoodAgainOnceItsAssetComesBack() external {
        _signOrders();
        _sellWorkerpool();
        vm.prank(buyer.addr);
        workerpoolRegistry.transferFrom(buyer.addr, scheduler.addr, uint256(uint160(workerpool)));

        poco.matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        assertEq(poco.viewConsumed(signer.hashWorkerpool(workerpoolOrder)), 1, "consumed");
    }

    /// @dev Ends a task by `account` alone, with the scheduler's leave.
    function _finish(TaskId taskId, Account memory account) private {
        bytes memory authorization = _authorize(scheduler, account.addr, taskId, address(0));
        vm.prank(account.addr);
        poco.contributeAndFinalize(taskId, LIE, "anything", "", address(0), "", authorization);
    }
}
