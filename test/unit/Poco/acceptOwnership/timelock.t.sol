// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {IDiamondCut} from "../../../../contracts/interfaces/external/IERC2535.sol";
import {IConsensus} from "../../../../contracts/interfaces/IConsensus.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";
import {IPause} from "../../../../contracts/interfaces/IPause.sol";
import {Base} from "../../../fixtures/Base.sol";

/// @dev OpenZeppelin's timelock as the owner of the hub and the registries. The proposer may be a Safe; anyone executes.
contract Timelock_Unit_Test is Base {
    uint256 private constant DELAY = 2 days;

    TimelockController private timelock;
    address private proposer = makeAddr("safe");
    address private guardian = makeAddr("guardian");

    function setUp() public override {
        super.setUp();
        (address[] memory proposers, address[] memory executors) = (new address[](1), new address[](1));
        proposers[0] = proposer;
        timelock = new TimelockController(DELAY, proposers, executors, address(0));
        vm.startPrank(owner.addr);
        poco.setGuardian(guardian);
        poco.transferOwnership(address(timelock));
        Ownable2Step(address(appRegistry)).transferOwnership(address(timelock));
        vm.stopPrank();
        _schedule(address(poco), abi.encodeCall(IOwnership.acceptOwnership, ()));
        _schedule(address(appRegistry), abi.encodeCall(Ownable2Step.acceptOwnership, ()));
    }

    function test_RevertGiven_TheDelayOfTheAcceptanceIsNotOver() external {
        _expectTooEarly(address(poco), abi.encodeCall(IOwnership.acceptOwnership, ()));
        assertEq(poco.owner(), owner.addr, "owner");
    }

    function testFuzz_RevertWhen_AStrangerSchedules(address stranger) external {
        vm.assume(stranger != proposer && stranger != address(timelock));
        bytes32 role = timelock.PROPOSER_ROLE();

        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, stranger, role)
        );
        vm.prank(stranger);
        timelock.schedule(address(poco), 0, abi.encodeCall(poco.setCallbackGas, (100_000)), 0, 0, DELAY);
    }

    function test_GivenTheTimelockOwnsHubAndRegistries() external {
        _accept();
        assertEq(poco.owner(), address(timelock), "owner of the hub");
        assertEq(Ownable(address(appRegistry)).owner(), address(timelock), "owner of the registry");

        // It should change settings after the delay.
        _scheduleAndExecute(address(poco), abi.encodeCall(poco.setCallbackGas, (100_000)));
        _scheduleAndExecute(address(appRegistry), abi.encodeCall(appRegistry.setBaseURI, ("ipfs://")));
        assertEq(poco.callbackgas(), 100_000, "callback gas");
        assertEq(appRegistry.baseURI(), "ipfs://", "base URI");
        // It should cut after the delay.
        address facet = makeAddr("facet");
        vm.etch(facet, hex"00");
        IDiamondCut.FacetCut[] memory cuts = new IDiamondCut.FacetCut[](1);
        cuts[0] = IDiamondCut.FacetCut(facet, IDiamondCut.FacetCutAction.Replace, new bytes4[](1));
        cuts[0].functionSelectors[0] = IConsensus.viewScore.selector;
        _scheduleAndExecute(address(poco), abi.encodeCall(IDiamondCut.diamondCut, (cuts, address(0), "")));
        assertEq(poco.facetAddress(IConsensus.viewScore.selector), facet, "facet");
    }

    function test_RevertGiven_TheTimelockOwnsTheHubAndTheDelayOfAChangeIsNotOver() external {
        _accept();
        bytes memory call = abi.encodeCall(poco.setCallbackGas, (100_000));
        _schedule(address(poco), call);
        vm.warp(block.timestamp + DELAY - 1);

        _expectTooEarly(address(poco), call);
    }

    function test_RevertWhen_TheProposerCallsTheHubItself() external {
        _accept();

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, proposer, address(timelock)));
        vm.prank(proposer);
        poco.setCallbackGas(100_000);
    }

    function test_GivenTheGuardianPausedTheHubOfATimelock() external {
        _accept();
        vm.prank(guardian);
        poco.pause();

        // It should be paused at once.
        assertTrue(poco.paused(), "paused");
        // It should be open again after the delay.
        _scheduleAndExecute(address(poco), abi.encodeCall(IPause.unpause, ()));
        assertFalse(poco.paused(), "open");
    }

    function _accept() private {
        vm.warp(block.timestamp + DELAY);
        timelock.execute(address(poco), 0, abi.encodeCall(IOwnership.acceptOwnership, ()), 0, 0);
        timelock.execute(address(appRegistry), 0, abi.encodeCall(Ownable2Step.acceptOwnership, ()), 0, 0);
    }

    function _schedule(address target, bytes memory call) private {
        vm.prank(proposer);
        timelock.schedule(target, 0, call, 0, 0, DELAY);
    }

    /// @dev Executed by somebody who has no part in it.
    function _scheduleAndExecute(address target, bytes memory call) private {
        _schedule(target, call);
        vm.warp(block.timestamp + DELAY);
        vm.prank(anyone.addr);
        timelock.execute(target, 0, call, 0, 0);
    }

    function _expectTooEarly(address target, bytes memory call) private {
        bytes32 id = timelock.hashOperation(target, 0, call, 0, 0);
        bytes32 ready = bytes32(1 << uint8(TimelockController.OperationState.Ready));
        vm.expectRevert(
            abi.encodeWithSelector(TimelockController.TimelockUnexpectedOperationState.selector, id, ready)
        );
        timelock.execute(target, 0, call, 0, 0);
    }
}
