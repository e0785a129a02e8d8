// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId, TaskId} from "../../../contracts/types/Ids.sol";
import {AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder} from "../../../contracts/types/Orders.sol";
import {TaskStatus} from "../../../contracts/types/Task.sol";

/// @dev Four orders that go together.
struct Bundle {
    AppOrder app;
    DatasetOrder dataset;
    WorkerpoolOrder pool;
    RequestOrder request;
}

/// @dev An order, how much of it should be used, and how much the hub said was used when it was last asked.
struct OrderMemo {
    bytes32 hash;
    uint256 volume;
    uint256 consumed;
    uint256 seen;
}

/// @dev A deal by the rules: who was who when it was made, and what is locked for each of its tasks, in nRLC.
struct DealMemo {
    DealId id;
    bool boost;
    bool tee;
    address payer;
    address appOwner;
    address dataOwner;
    address poolOwner;
    uint256 appPrice;
    uint256 dataPrice;
    uint256 poolPrice;
    uint256 poolStake;
    uint256 workerStake;
    /// @dev What the pool's owner keeps, in percent.
    uint256 keepRatio;
    uint256 trust;
    address callback;
    uint256 clock;
    uint256 deadline;
    uint256 finalDeadline;
}

/// @dev A task by the rules.
struct TaskMemo {
    TaskId id;
    uint256 deal;
    uint256 index;
    /// @dev What the rules say, and what the hub said when it was last asked.
    TaskStatus status;
    TaskStatus seen;
    /// @dev What was agreed on, while it is REVEALING.
    uint256 word;
    uint256 revealDeadline;
}

/// @dev A contribution by the rules.
struct Piece {
    address who;
    /// @dev Which result it is for.
    uint256 word;
    uint256 weight;
    bool sealed_;
    bool revealed;
    bool rejected;
}
