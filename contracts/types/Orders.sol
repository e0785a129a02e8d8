// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Tag} from "./Tag.sol";

/// @notice The order that an error or a rule refers to.
/// @custom:value0 APP The order of the app's owner.
/// @custom:value1 DATASET The order of the dataset's owner.
/// @custom:value2 WORKERPOOL The order of the workerpool's owner.
/// @custom:value3 REQUEST The order of the requester.
enum OrderKind {
    APP,
    DATASET,
    WORKERPOOL,
    REQUEST
}

/// @notice The operation on an order.
/// @custom:value0 SIGN Presigns the order on chain.
/// @custom:value1 CLOSE Uses up the volume of the order, which cannot be undone.
enum OrderOperation {
    SIGN,
    CLOSE
}

/// @notice An offer of an app's owner for `volume` tasks. The price is in nRLC per task. A restriction of zero admits
/// everyone.
struct AppOrder {
    address app;
    uint256 appprice;
    uint256 volume;
    Tag tag;
    address datasetrestrict;
    address workerpoolrestrict;
    address requesterrestrict;
    bytes32 salt;
    bytes sign;
}

/// @notice An offer of a dataset's owner for `volume` tasks. The price is in nRLC per task. A dataset of zero means no
/// dataset.
struct DatasetOrder {
    address dataset;
    uint256 datasetprice;
    uint256 volume;
    Tag tag;
    address apprestrict;
    address workerpoolrestrict;
    address requesterrestrict;
    bytes32 salt;
    bytes sign;
}

/// @notice An offer of a workerpool's owner to run `volume` tasks of a category. The price is in nRLC per task.
struct WorkerpoolOrder {
    address workerpool;
    uint256 workerpoolprice;
    uint256 volume;
    Tag tag;
    uint256 category;
    uint256 trust;
    address apprestrict;
    address datasetrestrict;
    address requesterrestrict;
    bytes32 salt;
    bytes sign;
}

/// @notice A request for `volume` tasks. Maximum prices are in nRLC per task.
struct RequestOrder {
    address app;
    uint256 appmaxprice;
    address dataset;
    uint256 datasetmaxprice;
    address workerpool;
    uint256 workerpoolmaxprice;
    address requester;
    uint256 volume;
    Tag tag;
    uint256 category;
    uint256 trust;
    address beneficiary;
    address callback;
    string params;
    bytes32 salt;
    bytes sign;
}

/// @notice An operation on an app order, with its owner's signature unless the owner sends it.
struct AppOrderOperation {
    AppOrder order;
    OrderOperation operation;
    bytes sign;
}

/// @notice An operation on a dataset order, with its owner's signature unless the owner sends it.
struct DatasetOrderOperation {
    DatasetOrder order;
    OrderOperation operation;
    bytes sign;
}

/// @notice An operation on a workerpool order, with its owner's signature unless the owner sends it.
struct WorkerpoolOrderOperation {
    WorkerpoolOrder order;
    OrderOperation operation;
    bytes sign;
}

/// @notice An operation on a request order, with the requester's signature unless the requester sends it.
struct RequestOrderOperation {
    RequestOrder order;
    OrderOperation operation;
    bytes sign;
}
