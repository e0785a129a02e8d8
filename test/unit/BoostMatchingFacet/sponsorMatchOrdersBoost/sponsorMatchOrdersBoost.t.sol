// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IBoostMatching} from "../../../../contracts/interfaces/IBoostMatching.sol";
import {IEscrowMoves} from "../../../../contracts/interfaces/IEscrowMoves.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {DealId} from "../../../../contracts/types/Ids.sol";
import {BoostMarket} from "../../../fixtures/BoostMarket.sol";

contract SponsorMatchOrdersBoost_Unit_Test is BoostMarket {
    function test_RevertGiven_TheSponsorHasTooLittle() external {
        _signOrders();
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, beneficiary.addr, 0, PRICE)
        );
        vm.prank(beneficiary.addr);
        poco.sponsorMatchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
    }

    function testFuzz_ShouldMakeADealThatTheCallerPaysFor(uint256 volume) external {
        volume = bound(volume, 1, 1_000);
        _withVolume(volume);
        _dealBoostSponsored();

        assertEq(DealId.unwrap(dealId), DealId.unwrap(_firstDealId()), "id");
        assertEq(poco.viewDealBoost(dealId).sponsor, sponsor.addr, "sponsor");
        assertEq(poco.viewDealBoost(dealId).requester, requester.addr, "requester");
        assertEq(poco.viewDealBoost(dealId).botSize, volume, "size");
        assertEq(poco.balanceOf(sponsor.addr), FUNDS - PRICE * volume, "balance");
        assertEq(poco.frozenOf(sponsor.addr), PRICE * volume, "frozen");
    }

    function test_ShouldTakeNothingFromTheRequester() external {
        _dealBoostSponsored();

        assertEq(poco.balanceOf(requester.addr), FUNDS, "balance");
        assertEq(poco.frozenOf(requester.addr), 0, "frozen");
    }

    function test_ShouldSayWhoPaysAfterAllElse() external {
        _signOrders();
        vm.recordLogs();
        dealId = _matchBoostSponsored();
        Vm.Log[] memory heard = vm.getRecordedLogs();

        emit IERC20.Transfer(sponsor.addr, address(poco), PRICE);
        emit IEscrowMoves.Lock(sponsor.addr, PRICE);
        emit IERC20.Transfer(scheduler.addr, address(poco), POOL_STAKE);
        emit IEscrowMoves.Lock(scheduler.addr, POOL_STAKE);
        emit IBoostMatching.SchedulerNoticeBoost(workerpool, dealId, app, dataset, 0, _tag(0), "{}", beneficiary.addr);
        emit IMatching.OrdersMatched(
            dealId,
            signer.hashApp(appOrder),
            signer.hashDataset(datasetOrder),
            signer.hashWorkerpool(workerpoolOrder),
            signer.hashRequest(requestOrder),
            1
        );
        emit IBoostMatching.DealSponsoredBoost(dealId, sponsor.addr);
        _assertSame(heard, vm.getRecordedLogs());
    }

    /// @dev And not the requester, even where it has money frozen for a deal of its own.
    function test_ShouldChargeTheSponsorWhenATaskIsDone() external {
        _matchOrders();
        _resetOrders();
        appOrder.salt = datasetOrder.salt = workerpoolOrder.salt = requestOrder.salt = "another";
        _dealBoostSponsored();
        _push();

        assertEq(poco.balanceOf(sponsor.addr), FUNDS - PRICE, "sponsor");
        assertEq(poco.frozenOf(sponsor.addr), 0, "sponsor, frozen");
        assertEq(poco.balanceOf(requester.addr), FUNDS - PRICE, "requester");
        assertEq(poco.frozenOf(requester.addr), PRICE, "requester, frozen");
    }

    function test_ShouldGiveTheSponsorItsMoneyBackWhenATaskFails() external {
        _dealBoostSponsored();
        vm.warp(DEADLINE);
        poco.claimBoost(dealId, 0);

        assertEq(poco.balanceOf(sponsor.addr), FUNDS, "sponsor");
        assertEq(poco.frozenOf(sponsor.addr), 0, "sponsor, frozen");
        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester");
    }
}
