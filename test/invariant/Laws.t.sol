// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {IPoco} from "../../contracts/interfaces/IPoco.sol";
import {TaskId} from "../../contracts/types/Ids.sol";
import {Task, TaskStatus} from "../../contracts/types/Task.sol";
import {MarketHandler} from "./handlers/MarketHandler.sol";

/// @dev The laws of README.md, beside this file.
contract Laws_Invariant_Test is Test {
    MarketHandler internal handler;
    IPoco internal poco;

    function setUp() external {
        handler = new MarketHandler();
        handler.setUp();
        poco = handler.hub();

        bytes4[] memory selectors = new bytes4[](17);
        selectors[0] = handler.deposit.selector;
        selectors[1] = handler.withdraw.selector;
        selectors[2] = handler.transfer.selector;
        selectors[3] = handler.donate.selector;
        selectors[4] = handler.changePolicy.selector;
        selectors[5] = handler.matchOrders.selector;
        selectors[6] = handler.closeOrder.selector;
        selectors[7] = handler.initialize.selector;
        selectors[8] = handler.contribute.selector;
        selectors[9] = handler.contributeAndFinalize.selector;
        selectors[10] = handler.reveal.selector;
        selectors[11] = handler.finalize.selector;
        selectors[12] = handler.reopen.selector;
        selectors[13] = handler.claim.selector;
        selectors[14] = handler.pushResultBoost.selector;
        selectors[15] = handler.claimBoost.selector;
        selectors[16] = handler.wait.selector;
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    /// @dev E1. What came in and did not go out is the supply.
    function invariant_TheSupplyIsWhatCameInMinusWhatWentOut() external view {
        assertEq(poco.totalSupply(), handler.deposited() - handler.withdrawn());
    }

    /// @dev E2. The supply is what everybody has.
    function invariant_TheSupplyIsWhatEverybodyHas() external view {
        address[] memory accounts = handler.accounts();
        uint256 sum = poco.balanceOf(address(poco)) + poco.balanceOf(poco.kitty_address());
        for (uint256 i; i < accounts.length; ++i) sum += poco.balanceOf(accounts[i]);
        assertEq(poco.totalSupply(), sum);
    }

    /// @dev E3. Every SRLC is backed.
    function invariant_EverySrlcIsBacked() external view {
        assertLe(poco.totalSupply(), handler.backing());
    }

    /// @dev E4. What is frozen is with the hub, the kitty included.
    function invariant_TheHubHoldsWhatIsFrozen() external view {
        address[] memory accounts = handler.accounts();
        uint256 sum = poco.frozenOf(poco.kitty_address());
        for (uint256 i; i < accounts.length; ++i) sum += poco.frozenOf(accounts[i]);
        assertEq(poco.balanceOf(address(poco)), sum);
    }

    /// @dev E5. Nothing else is frozen than what unfinished work holds.
    function invariant_OnlyUnfinishedWorkFreezes() external view {
        address[] memory accounts = handler.accounts();
        for (uint256 i; i < accounts.length; ++i) {
            assertEq(poco.frozenOf(accounts[i]), handler.heldOf(accounts[i]));
        }
    }

    /// @dev D1. Nobody works more than was ordered.
    function invariant_ConsumedIsAtMostTheVolume() external view {
        MarketHandler.OrderMemo[] memory orders = handler.orders();
        for (uint256 i; i < orders.length; ++i) assertLe(poco.viewConsumed(orders[i].hash), orders[i].volume);
    }

    /// @dev D2. What is used stays used.
    function invariant_ConsumedNeverDecreases() external view {
        assertEq(handler.decreases(), 0);
    }

    /// @dev T1. A task moves only along what is allowed.
    function invariant_TasksMoveOnlyAsAllowed() external view {
        assertEq(handler.illegalMoves(), 0);
    }

    /// @dev T2. A task ends once.
    function invariant_TasksEndOnce() external view {
        assertEq(handler.resurrections(), 0);
    }

    /// @dev T3. Reveals and winners are among the contributors.
    function invariant_WinnersAreContributors() external view {
        TaskId[] memory ids = handler.taskIds();
        for (uint256 i; i < ids.length; ++i) {
            Task memory task = poco.viewTask(ids[i]);
            assertLe(task.revealCounter, task.winnerCounter);
            assertLe(task.winnerCounter, task.contributors.length);
            if (task.status == TaskStatus.ACTIVE) assertEq(task.winnerCounter, 0);
        }
    }

    /// @dev R1. A score is earned.
    function invariant_ScoresAreEarned() external view {
        address[] memory accounts = handler.accounts();
        for (uint256 i; i < accounts.length; ++i) {
            assertLe(poco.viewScore(accounts[i]), handler.accurate(accounts[i]));
        }
    }
}
