// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {Payout} from "../../../contracts/core/Payout.sol";
import {Deal} from "../../../contracts/types/Deal.sol";

contract Payout_Test is Test {
    function testFuzz_TakesPercentRoundedDown(uint256 amount, uint256 percent) external pure {
        percent = bound(percent, 0, 100);
        uint256 expected = (amount / 100) * percent + ((amount % 100) * percent) / 100;
        assertEq(Payout.percentOf(amount, percent), expected, "percent");
    }

    function testFuzz_TakesMoreThanAllOfSmallAmounts(uint128 amount, uint128 percent) external pure {
        assertEq(Payout.percentOf(amount, percent), (uint256(amount) * percent) / 100, "percent");
    }

    function testFuzz_SaturatesWhereThatDoesNotFit(uint256 amount, uint256 percent) external pure {
        amount = bound(amount, type(uint256).max / 2 + 1, type(uint256).max);
        percent = bound(percent, 200, type(uint256).max);
        assertEq(Payout.percentOf(amount, percent), type(uint256).max, "percent");
    }

    /// @dev Around the largest percentage whose result fits: the product does not, and is reasoned about in 512 bits.
    function testFuzz_TakesPercentOfAnyAmount(uint256 amount, uint256 percent, bool near) external pure {
        if (near) {
            amount = bound(amount, 101, type(uint256).max);
            percent = type(uint256).max / (amount / 100);
        }
        uint256 result = Payout.percentOf(amount, percent);
        (uint256 high, uint256 low) = Math.mul512(amount, percent);
        (uint256 highOf, uint256 lowOf) = Math.mul512(result, 100);
        bool notMore = highOf < high || (highOf == high && lowOf <= low);
        assertTrue(notMore, "not more than the percentage");
        if (result == type(uint256).max) return;
        (highOf, lowOf) = Math.mul512(result + 1, 100);
        assertTrue(highOf > high || (highOf == high && lowOf > low), "one more would be");
    }

    function testFuzz_SharesTheKitty(uint256 kitty) external pure {
        uint256 share = Payout.kittyShare(kitty);
        if (kitty <= 1e9) assertEq(share, kitty, "all of it");
        else if (kitty <= 10e9) assertEq(share, 1e9, "one RLC");
        else assertEq(share, kitty / 10, "a tenth");
    }

    function test_SharesTheKittyAtItsBorders() external pure {
        assertEq(Payout.kittyShare(0), 0, "nothing");
        assertEq(Payout.kittyShare(1e9 - 1), 1e9 - 1, "just under one RLC");
        assertEq(Payout.kittyShare(1e9), 1e9, "one RLC");
        assertEq(Payout.kittyShare(1e9 + 1), 1e9, "just over");
        assertEq(Payout.kittyShare(10e9 + 10), 1e9 + 1, "a tenth");
    }

    function testFuzz_SplitsWithoutLoss(uint256 total, uint256 ratio) external pure {
        Deal memory deal;
        deal.schedulerRewardRatio = bound(ratio, 0, 100);
        uint256 share = Payout.workersShare(deal, total);
        assertLe(share, total, "share");
        // What the scheduler keeps is its percentage, and less than one more for the rounding.
        assertGe(total - share, Payout.percentOf(total, deal.schedulerRewardRatio), "rest");
        assertLe(total - share, Payout.percentOf(total, deal.schedulerRewardRatio) + 1, "rest and rounding");
    }

    function testFuzz_AddsPricesUp(uint256 app, uint256 dataset, uint256 pool) external pure {
        Deal memory deal;
        (deal.app.price, deal.dataset.price, deal.workerpool.price) = (app, dataset, pool);
        uint256 most = type(uint256).max;
        bool fits = app <= most - dataset && app + dataset <= most - pool;
        assertEq(Payout.taskPrice(deal), fits ? app + dataset + pool : most, "price");
        (deal.app.price, deal.dataset.price, deal.workerpool.price) = (app >> 2, dataset >> 2, pool >> 2);
        assertEq(Payout.taskPrice(deal), (app >> 2) + (dataset >> 2) + (pool >> 2), "smaller price");
    }

    function testFuzz_StakesPartOfTheWorkerpoolsPrice(uint248 price) external pure {
        Deal memory deal;
        deal.workerpool.price = price;
        assertEq(Payout.poolStake(deal), (uint256(price) * 30) / 100, "stake");
    }
}
