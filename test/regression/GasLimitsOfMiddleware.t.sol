// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TaskId} from "../../contracts/types/Ids.sol";
import {Work} from "../fixtures/Work.sol";

/// @dev What a test needs of the cheat codes and forge-std's interface lacks.
interface Cool {
    function cool(address target) external;
}

/// @dev Middleware sends `contribute` and `finalize` with 500,000 gas, whatever they need. A callback alone is promised
/// 200,000 of that.
contract GasLimitsOfMiddleware_Regression_Test is Work {
    uint256 private constant SENT = 500_000;

    /// @dev What a transaction costs besides its execution here: 21,000, and 16 or 4 for each byte of calldata.
    uint256 private constant BESIDE = 25_000;

    uint256 private constant WINNERS = 6;
    uint256 private constant GROUPS = 140;

    address private consumer = makeAddr("consumer");

    function setUp() public override {
        super.setUp();
        vm.etch(consumer, hex"00");
        for (uint256 i; i <= GROUPS; ++i) _fund(_member(i), FUNDS);
    }

    function test_SixWinnersAreFinalizedWithACallback() external {
        bytes memory data = new bytes(64);
        bytes32 digest = keccak256(data);
        requestOrder.callback = consumer;
        requestOrder.trust = 2 ** WINNERS;
        TaskId taskId = _openTask();
        for (uint256 i; i < WINNERS; ++i) {
            address member = _member(i);
            _commit(taskId, member, _resultHash(taskId, digest), _resultSeal(member, taskId, digest));
        }
        for (uint256 i; i < WINNERS; ++i) {
            vm.prank(_member(i));
            poco.reveal(taskId, digest);
        }

        _forgetAll();
        vm.prank(scheduler.addr);
        poco.finalize{gas: SENT - BESIDE}(taskId, "results", data);
    }

    function test_AWorkerContributesAgainst140OtherResults() external {
        requestOrder.trust = workerpoolOrder.trust = 1_000_000;
        TaskId taskId = _openTask();
        for (uint256 i; i < GROUPS; ++i) _commit(taskId, _member(i), bytes32(i + 1), "seal");
        bytes memory permit = _authorize(scheduler, _member(GROUPS), taskId, address(0));

        _forgetAll();
        vm.prank(_member(GROUPS));
        poco.contribute{gas: SENT - BESIDE}(taskId, "another result", "seal", address(0), "", permit);
    }

    /// @dev As at the beginning of a transaction, what the hub has stored costs what it costs to be read first.
    function _forgetAll() private {
        Cool(address(vm)).cool(address(poco));
    }

    function _member(uint256 i) private pure returns (address) {
        return address(uint160(0xbeef0000 + i));
    }
}
