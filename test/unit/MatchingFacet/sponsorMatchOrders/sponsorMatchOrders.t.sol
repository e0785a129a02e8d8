// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IEscrowMoves} from "../../../../contracts/interfaces/IEscrowMoves.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {MatchingMarket} from "../../../fixtures/MatchingMarket.sol";

/// @dev Reasons not to match are tried with {matchOrders}, through this function too.
contract SponsorMatchOrders_Unit_Test is MatchingMarket {
    function testFuzz_ShouldMakeADealThatTheCallerPaysFor(uint256 volume) external {
        volume = bound(volume, 1, 1_000);
        _withVolume(volume);
        _signOrders();
        DealId dealId = _matchSponsored();

        assertEq(DealId.unwrap(dealId), DealId.unwrap(_firstDealId()), "id");
        assertEq(poco.viewDeal(dealId).sponsor, sponsor.addr, "sponsor");
        assertEq(poco.viewDeal(dealId).requester, requester.addr, "requester");
        assertEq(poco.viewDeal(dealId).beneficiary, beneficiary.addr, "beneficiary");
        assertEq(poco.viewDeal(dealId).botSize, volume, "size");
        assertEq(poco.balanceOf(sponsor.addr), FUNDS - PRICE * volume, "balance");
        assertEq(poco.frozenOf(sponsor.addr), PRICE * volume, "frozen");
        assertEq(poco.frozenOf(scheduler.addr), POOL_STAKE * volume, "stake");
    }

    function test_ShouldTakeNothingFromTheRequester() external {
        _signOrders();
        _matchSponsored();

        assertEq(poco.balanceOf(requester.addr), FUNDS, "balance");
        assertEq(poco.frozenOf(requester.addr), 0, "frozen");
    }

    function test_ShouldSayWhoPaysAfterAllElse() external {
        _signOrders();
        vm.recordLogs();
        DealId dealId = _matchSponsored();
        Vm.Log[] memory heard = vm.getRecordedLogs();

        emit IERC20.Transfer(sponsor.addr, address(poco), PRICE);
        emit IEscrowMoves.Lock(sponsor.addr, PRICE);
        emit IERC20.Transfer(scheduler.addr, address(poco), POOL_STAKE);
        emit IEscrowMoves.Lock(scheduler.addr, POOL_STAKE);
        emit IMatching.SchedulerNotice(workerpool, dealId);
        emit IMatching.OrdersMatched(
            dealId,
            signer.hashApp(appOrder),
            signer.hashDataset(datasetOrder),
            signer.hashWorkerpool(workerpoolOrder),
            signer.hashRequest(requestOrder),
            1
        );
        emit IMatching.DealSponsored(dealId, sponsor.addr);
        _assertSame(heard, vm.getRecordedLogs());
    }

    function test_ShouldGiveTheSponsorItsMoneyBackWhenATaskFails() external {
        _signOrders();
        TaskId taskId = poco.initialize(_matchSponsored(), 0);
        vm.warp(NOW + 10 * CLOCK);
        poco.claim(taskId);

        assertEq(poco.balanceOf(sponsor.addr), FUNDS, "sponsor");
        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester");
    }

    function test_ShouldChargeTheSponsorWhenATaskIsDone() external {
        _signOrders();
        TaskId taskId = poco.initialize(_matchSponsored(), 0);
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, address(0));
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, "digest", "results", "", address(0), "", authorization);

        assertEq(poco.balanceOf(sponsor.addr), FUNDS - PRICE, "sponsor");
        assertEq(poco.frozenOf(sponsor.addr), 0, "sponsor, frozen");
        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester");
        assertEq(poco.balanceOf(address(poco)), 0, "hub");
    }

    function test_ShouldLetTheRequesterSponsorItself() external {
        _signOrders();
        vm.expectEmit(address(poco));
        emit IMatching.DealSponsored(_firstDealId(), requester.addr);
        vm.prank(requester.addr);
        DealId dealId = poco.sponsorMatchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);

        assertEq(poco.viewDeal(dealId).sponsor, requester.addr, "sponsor");
        assertEq(poco.frozenOf(requester.addr), PRICE, "frozen");
    }

    function test_RevertGiven_TheSponsorHasTooLittle() external {
        _signOrders();
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, anyone.addr, 0, PRICE));
        vm.prank(anyone.addr);
        poco.sponsorMatchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
    }
}
