// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Tag} from "./Tag.sol";

/// @notice An asset at the time of the deal. The price is in nRLC per task.
struct Resource {
    address pointer;
    address owner;
    uint256 price;
}

/// @notice A deal: the terms of four orders that were matched, and the owners of their assets at that time. Stakes are
/// in nRLC, times in unix seconds, and the ratio in percent.
struct Deal {
    Resource app;
    Resource dataset;
    Resource workerpool;
    uint256 trust;
    uint256 category;
    Tag tag;
    address requester;
    address beneficiary;
    address callback;
    string params;
    uint256 startTime;
    uint256 botFirst;
    uint256 botSize;
    uint256 workerStake;
    uint256 schedulerRewardRatio;
    address sponsor;
}

/// @notice A boost deal, whose tasks are completed in one transaction each. Prices and reward are in nRLC per task, the
/// deadline in unix seconds.
struct DealBoost {
    address appOwner;
    uint96 appPrice;
    address datasetOwner;
    uint96 datasetPrice;
    address workerpoolOwner;
    uint96 workerpoolPrice;
    address requester;
    uint96 workerReward;
    address callback;
    uint40 deadline;
    uint16 botFirst;
    uint16 botSize;
    bytes3 shortTag;
    address sponsor;
}
