// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IPoco} from "../../../contracts/interfaces/IPoco.sol";
import {TaskId} from "../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../contracts/types/Task.sol";
import {DealMemo, OrderMemo, Piece, TaskMemo} from "./Memos.sol";
import {TrespassHandler} from "./TrespassHandler.sol";

/// @dev Everybody on the market at once: all that they do, and what the laws ask about it.
contract EverybodyHandler is TrespassHandler {
    /// @dev What can be done, by name.
    function actions() public pure returns (string[] memory names) {
        string[33] memory all = [
            "deposit",
            "depositFor",
            "withdraw",
            "transfer",
            "approve",
            "transferFrom",
            "donate",
            "fillKitty",
            "wait",
            "order",
            "presignOrder",
            "closeOrder",
            "sellAsset",
            "changePolicy",
            "matchOrders",
            "setBroker",
            "initialize",
            "contribute",
            "contributeAndFinalize",
            "reveal",
            "finalize",
            "reopen",
            "claim",
            "pushResultBoost",
            "claimBoost",
            "stealMoney",
            "governWithoutRight",
            "matchAgain",
            "forgeOrder",
            "endTaskOutOfTurn",
            "scheduleOutOfTurn",
            "contributeOutOfTurn",
            "revealOutOfTurn"
        ];
        names = new string[](all.length);
        for (uint256 i; i < all.length; ++i) names[i] = all[i];
    }

    /// @dev All actions take four numbers at most, so that a selector is all there is to know. Those that bring a task on come more often.
    function selectors() external pure returns (bytes4[] memory list) {
        bytes4[86] memory all = [
            this.deposit.selector,
            this.depositFor.selector,
            this.withdraw.selector,
            this.transfer.selector,
            this.approve.selector,
            this.approve.selector,
            this.transferFrom.selector,
            this.transferFrom.selector,
            this.transferFrom.selector,
            this.donate.selector,
            this.fillKitty.selector,
            this.wait.selector,
            this.wait.selector,
            this.wait.selector,
            this.wait.selector,
            this.order.selector,
            this.presignOrder.selector,
            this.closeOrder.selector,
            this.sellAsset.selector,
            this.changePolicy.selector,
            this.matchOrders.selector,
            this.matchOrders.selector,
            this.matchOrders.selector,
            this.matchOrders.selector,
            this.matchOrders.selector,
            this.matchOrders.selector,
            this.matchOrders.selector,
            this.matchOrders.selector,
            this.setBroker.selector,
            this.initialize.selector,
            this.initialize.selector,
            this.initialize.selector,
            this.initialize.selector,
            this.initialize.selector,
            this.contribute.selector,
            this.contribute.selector,
            this.contribute.selector,
            this.contribute.selector,
            this.contribute.selector,
            this.contribute.selector,
            this.contribute.selector,
            this.contribute.selector,
            this.contribute.selector,
            this.contributeAndFinalize.selector,
            this.contributeAndFinalize.selector,
            this.contributeAndFinalize.selector,
            this.reveal.selector,
            this.reveal.selector,
            this.reveal.selector,
            this.reveal.selector,
            this.reveal.selector,
            this.reveal.selector,
            this.finalize.selector,
            this.finalize.selector,
            this.finalize.selector,
            this.finalize.selector,
            this.finalize.selector,
            this.reopen.selector,
            this.reopen.selector,
            this.reopen.selector,
            this.reopen.selector,
            this.reopen.selector,
            this.claim.selector,
            this.claim.selector,
            this.claim.selector,
            this.claim.selector,
            this.pushResultBoost.selector,
            this.pushResultBoost.selector,
            this.claimBoost.selector,
            this.claimBoost.selector,
            this.claimBoost.selector,
            this.claimBoost.selector,
            this.stealMoney.selector,
            this.governWithoutRight.selector,
            this.matchAgain.selector,
            this.forgeOrder.selector,
            this.forgeOrder.selector,
            this.endTaskOutOfTurn.selector,
            this.endTaskOutOfTurn.selector,
            this.scheduleOutOfTurn.selector,
            this.scheduleOutOfTurn.selector,
            this.contributeOutOfTurn.selector,
            this.contributeOutOfTurn.selector,
            this.revealOutOfTurn.selector,
            this.revealOutOfTurn.selector,
            this.revealOutOfTurn.selector
        ];
        list = new bytes4[](all.length);
        for (uint256 i; i < all.length; ++i) list[i] = all[i];
    }

    /// @dev How often an action was called, and how often it did something.
    function countOf(string memory action) external view returns (uint256, uint256) {
        string memory numbers = "uint256";
        for (uint256 n; n < 4; ++n) {
            bytes4 selector = bytes4(keccak256(bytes(string.concat(action, "(", numbers, ")"))));
            if (called[selector] > 0) return (called[selector], done[selector]);
            numbers = string.concat(numbers, ",uint256");
        }
        return (0, 0);
    }

    // What the laws ask

    function hub() external view returns (IPoco) {
        return poco;
    }

    function backing() external view returns (uint256) {
        return rlc.balanceOf(address(poco));
    }

    /// @dev Everybody who can have SRLC here, the hub aside.
    function everybody() external view returns (address[] memory) {
        return _everybody;
    }

    function people() external view returns (address[] memory) {
        return _people;
    }

    function orders() external view returns (OrderMemo[] memory) {
        return _orders;
    }

    function tasks() external view returns (TaskMemo[] memory) {
        return _tasks;
    }

    function deals() external view returns (DealMemo[] memory) {
        return _deals;
    }

    /// @dev What unfinished work holds of `account`.
    function heldOf(address account) external view returns (uint256 held) {
        for (uint256 i; i < _tasks.length; ++i) {
            if (_isOver(_tasks[i].status)) continue;
            DealMemo memory d = _deals[_tasks[i].deal];
            if (d.payer == account) held += _priceOf(d);
            if (d.poolOwner == account) held += d.poolStake;
            Piece[] storage pieces = _pieces[i];
            for (uint256 j; j < pieces.length; ++j) if (pieces[j].who == account) held += d.workerStake;
        }
    }

    /// @dev The call by which a stranger ends a task that is overdue now, or nothing.
    function claimOf(uint256 number) external view returns (bytes memory) {
        TaskMemo memory t = _tasks[number];
        DealMemo memory d = _deals[t.deal];
        if (_isOver(t.status) || block.timestamp < (d.boost ? d.deadline : d.finalDeadline)) return "";
        if (d.boost) return abi.encodeCall(poco.claimBoost, (d.id, t.index));
        return t.status == TaskStatus.UNSET ? _abandon(number) : abi.encodeCall(poco.claim, (t.id));
    }

    /// @dev How many calls there were.
    function turns() external view returns (uint256) {
        return _era;
    }

    function time() external view returns (uint256) {
        return _time;
    }
}
