// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {IPoco} from "../../contracts/interfaces/IPoco.sol";
import {Task, TaskStatus} from "../../contracts/types/Task.sol";
import {EverybodyHandler} from "./handlers/EverybodyHandler.sol";
import {OrderMemo, TaskMemo} from "./handlers/Memos.sol";

/// @dev The laws of README.md, beside this file.
contract Laws_Invariant_Test is Test {
    EverybodyHandler internal handler;
    IPoco internal poco;

    /// @dev A divisor of how many calls a run has.
    uint256 private constant CALLS_A_LOOK = 32;
    mapping(uint256 task => bool) private _claimed;

    function setUp() external {
        handler = new EverybodyHandler();
        handler.setUp();
        poco = handler.hub();

        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), handler.selectors()));
    }

    /// @dev After each run, where `npm run test:deep` asks for it: how often each action was called and did something.
    function afterInvariant() external {
        string memory file = vm.envOr("LAWS_TALLY", string(""));
        if (bytes(file).length == 0) return;
        string[] memory actions = handler.actions();
        string memory line;
        for (uint256 i; i < actions.length; ++i) {
            (uint256 called, uint256 done) = handler.countOf(actions[i]);
            line = string.concat(line, actions[i], " ", vm.toString(called), " ", vm.toString(done), ";");
        }
        vm.writeLine(file, line);
    }

    /// @dev E1. What came in and did not go out is the supply.
    function invariant_TheSupplyIsWhatCameInMinusWhatWentOut() public view {
        assertEq(poco.totalSupply(), handler.deposited() - handler.withdrawn());
    }

    /// @dev E2. The supply is what everybody has.
    function invariant_TheSupplyIsWhatEverybodyHas() public view {
        address[] memory everybody = handler.everybody();
        uint256 sum = poco.balanceOf(address(poco));
        for (uint256 i; i < everybody.length; ++i) sum += poco.balanceOf(everybody[i]);
        assertEq(poco.totalSupply(), sum);
    }

    /// @dev E3. Every SRLC is backed.
    function invariant_EverySrlcIsBacked() public view {
        assertLe(poco.totalSupply(), handler.backing());
    }

    /// @dev E4. What is frozen is with the hub, the kitty included.
    function invariant_TheHubHoldsWhatIsFrozen() public view {
        address[] memory everybody = handler.everybody();
        uint256 sum;
        for (uint256 i; i < everybody.length; ++i) sum += poco.frozenOf(everybody[i]);
        assertEq(poco.balanceOf(address(poco)), sum);
    }

    /// @dev E5. Nothing else is frozen than what unfinished work holds.
    function invariant_OnlyUnfinishedWorkFreezes() public view {
        address[] memory everybody = handler.everybody();
        for (uint256 i; i < everybody.length; ++i) {
            if (everybody[i] == poco.kitty_address()) continue;
            assertEq(poco.frozenOf(everybody[i]), handler.heldOf(everybody[i]));
        }
    }

    /// @dev E6. Everybody has what the rules give, and what the rules set aside.
    function invariant_EverybodyHasWhatTheRulesGive() public view {
        address[] memory everybody = handler.everybody();
        for (uint256 i; i < everybody.length; ++i) {
            assertEq(poco.balanceOf(everybody[i]), handler.freeOf(everybody[i]), "free");
            assertEq(poco.frozenOf(everybody[i]), handler.frozenOf(everybody[i]), "frozen");
        }
    }

    /// @dev P1. A finished task pays its price, the stakes seized and what the kitty gives; no more, no less.
    function invariant_PayoutsAreThePriceAndWhatIsSeized() public view {
        assertEq(handler.wrongPayouts(), 0, "wrongPayouts");
    }

    /// @dev P2. A failed task gives everything back but the pool's stake.
    function invariant_AFailedTaskGivesEverythingBack() public view {
        assertEq(handler.wrongRefunds(), 0, "wrongRefunds");
    }

    /// @dev P3. Nobody loses by a task but who pays for it, runs its pool or contributed to it.
    function invariant_OnlyWhoTakesPartCanLose() public view {
        assertEq(handler.unjustLosses(), 0, "unjustLosses");
    }

    /// @dev P4. Nobody's free balance falls by a stranger's call.
    function invariant_StrangersOnlyGive() public view {
        assertEq(handler.unjustDebits(), 0, "unjustDebits");
    }

    /// @dev D1. Nobody works more than was ordered.
    function invariant_ConsumedIsAtMostTheVolume() public view {
        OrderMemo[] memory orders = handler.orders();
        for (uint256 i; i < orders.length; ++i) assertLe(poco.viewConsumed(orders[i].hash), orders[i].volume);
    }

    /// @dev D2. What is used stays used.
    function invariant_ConsumedNeverDecreases() public view {
        assertEq(handler.decreases(), 0, "decreases");
    }

    /// @dev D3. What is used of an order is what its deals took, or all once it is closed.
    function invariant_ConsumedIsWhatDealsTook() public view {
        OrderMemo[] memory orders = handler.orders();
        for (uint256 i; i < orders.length; ++i) assertEq(poco.viewConsumed(orders[i].hash), orders[i].consumed);
    }

    /// @dev T1. A task moves only along what is allowed.
    function invariant_TasksMoveOnlyAsAllowed() public view {
        assertEq(handler.illegalMoves(), 0, "illegalMoves");
    }

    /// @dev T2. A task ends once.
    function invariant_TasksEndOnce() public view {
        assertEq(handler.resurrections(), 0, "resurrections");
    }

    /// @dev T3. Reveals and winners are among the contributors.
    function invariant_WinnersAreContributors() public view {
        TaskMemo[] memory tasks = handler.tasks();
        for (uint256 i; i < tasks.length; ++i) {
            Task memory task = poco.viewTask(tasks[i].id);
            assertLe(task.revealCounter, task.winnerCounter);
            assertLe(task.winnerCounter, task.contributors.length);
            if (task.status == TaskStatus.ACTIVE) assertEq(task.winnerCounter, 0);
        }
    }

    /// @dev T4. A task is where the rules have it; in particular, it is REVEALING when and only when one result outweighs the others.
    function invariant_TasksAreWhereTheRulesHaveThem() public view {
        TaskMemo[] memory tasks = handler.tasks();
        for (uint256 i; i < tasks.length; ++i) {
            assertEq(uint8(poco.viewTask(tasks[i].id).status), uint8(tasks[i].status));
        }
    }

    /// @dev T5. A task that is overdue can be claimed, by anyone.
    function invariant_OverdueTasksCanBeClaimed() public {
        vm.warp(handler.time());
        _claimOverdue();
    }

    /// @dev T6. Whatever happened, in the end everybody gets out: once all is overdue and claimed, nothing is frozen but the kitty, and
    /// everybody can withdraw all they have.
    function invariant_InTheEndEverybodyGetsOut() public {
        vm.warp(handler.time() + 100 days);
        _claimOverdue();
        address[] memory everybody = handler.everybody();
        for (uint256 i; i < everybody.length; ++i) {
            if (everybody[i] == poco.kitty_address()) continue;
            assertEq(poco.frozenOf(everybody[i]), 0, "frozen");
            uint256 free = poco.balanceOf(everybody[i]);
            vm.prank(everybody[i]);
            poco.withdraw(free);
        }
        assertEq(poco.totalSupply(), poco.frozenOf(poco.kitty_address()), "the kitty remains");
    }

    /// @dev R1. A score is what its worker earned: one point for each task that it was right about together with others, a third less,
    /// rounded down, for each that it was wrong about.
    function invariant_ScoresAreEarned() public view {
        address[] memory people = handler.people();
        for (uint256 i; i < people.length; ++i) assertEq(poco.viewScore(people[i]), handler.scoreOf(people[i]));
    }

    /// @dev U1. What the rules forbid is refused.
    function invariant_WhatIsForbiddenIsRefused() public view {
        assertEq(handler.breaches(), 0, "breaches");
    }

    /// @dev All of them over the same calls, what `npm run test:deep` runs. What is counted is counted in each call; to look at everything
    /// takes longer than to do something, so that is done every now and then, and at the end of a run. What is wrong then stays wrong.
    function invariant_AllLaws() external {
        if (handler.turns() % CALLS_A_LOOK != 0) return;
        invariant_TheSupplyIsWhatCameInMinusWhatWentOut();
        invariant_TheSupplyIsWhatEverybodyHas();
        invariant_EverySrlcIsBacked();
        invariant_TheHubHoldsWhatIsFrozen();
        invariant_OnlyUnfinishedWorkFreezes();
        invariant_EverybodyHasWhatTheRulesGive();
        invariant_PayoutsAreThePriceAndWhatIsSeized();
        invariant_AFailedTaskGivesEverythingBack();
        invariant_OnlyWhoTakesPartCanLose();
        invariant_StrangersOnlyGive();
        invariant_ConsumedIsAtMostTheVolume();
        invariant_ConsumedNeverDecreases();
        invariant_ConsumedIsWhatDealsTook();
        invariant_TasksMoveOnlyAsAllowed();
        invariant_TasksEndOnce();
        invariant_WinnersAreContributors();
        invariant_TasksAreWhereTheRulesHaveThem();
        invariant_ScoresAreEarned();
        invariant_WhatIsForbiddenIsRefused();
        invariant_OverdueTasksCanBeClaimed();
        invariant_InTheEndEverybodyGetsOut();
    }

    /// @dev What laws do is undone after they were asked, so a task is marked only for the rest of {invariant_AllLaws}.
    function _claimOverdue() private {
        uint256 count = handler.tasks().length;
        for (uint256 i; i < count; ++i) {
            bytes memory call = handler.claimOf(i);
            if (call.length == 0 || _claimed[i]) continue;
            _claimed[i] = true;
            vm.prank(address(0xbeef));
            (bool success, ) = address(poco).call(call);
            assertTrue(success, "claimed");
        }
    }
}
