// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @notice A class of tasks by duration. `workClockTimeRef` is in seconds; the deadlines of a task are multiples of it.
struct Category {
    string name;
    string description;
    uint256 workClockTimeRef;
}

/// @notice The public fields of an app.
struct AppInfo {
    address owner;
    string m_appName;
    string m_appType;
    bytes m_appMultiaddr;
    bytes32 m_appChecksum;
    bytes m_appMREnclave;
}

/// @notice The public fields of a dataset.
struct DatasetInfo {
    address owner;
    string m_datasetName;
    bytes m_datasetMultiaddr;
    bytes32 m_datasetChecksum;
}

/// @notice The public fields of a workerpool. The whole, since ratios are in percent.
struct WorkerpoolInfo {
    address owner;
    string m_workerpoolDescription;
    uint256 m_workerStakeRatioPolicy;
    uint256 m_schedulerRewardRatioPolicy;
}
