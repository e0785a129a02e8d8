// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";

import {IBoost} from "./IBoost.sol";
import {IBoostMatching} from "./IBoostMatching.sol";
import {ICatalog} from "./ICatalog.sol";
import {IConsensus} from "./IConsensus.sol";
import {IContributions} from "./IContributions.sol";
import {IDataContracts} from "./IDataContracts.sol";
import {IEscrow} from "./IEscrow.sol";
import {IDiamondCut, IDiamondLoupe} from "./external/IERC2535.sol";
import {ILegacyViews} from "./ILegacyViews.sol";
import {IMatching} from "./IMatching.sol";
import {IOrderBook} from "./IOrderBook.sol";
import {IOwnership} from "./IOwnership.sol";
import {IPause} from "./IPause.sol";
import {IRouter} from "./IRouter.sol";
import {ISettings} from "./ISettings.sol";
import {IStakedRlc} from "./IStakedRlc.sol";
import {ITasks} from "./ITasks.sol";

/// @title IPoco
/// @notice All functions, events and errors of the hub, for clients.
interface IPoco is
    IBoost,
    IBoostMatching,
    ICatalog,
    IConsensus,
    IContributions,
    IDataContracts,
    IDiamondCut,
    IDiamondLoupe,
    IERC165,
    IEscrow,
    ILegacyViews,
    IMatching,
    IOrderBook,
    IOwnership,
    IPause,
    IRouter,
    ISettings,
    IStakedRlc,
    ITasks
{}
