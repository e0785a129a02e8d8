// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {TaskStatus} from "../../contracts/types/Task.sol";
import {EverybodyHandler} from "./handlers/EverybodyHandler.sol";

/// @dev Laws say nothing of what never happens: plays as a run of the laws does, and looks whether everything did.
contract Reach_Invariant_Test is Test {
    uint256 private constant WORLDS = 12;
    uint256 private constant CALLS = 320;

    /// @dev In all worlds together.
    uint256 private constant OFTEN = 3;

    EverybodyHandler internal handler;
    string[] internal sights = [
        "closed when partly used",
        "app order closed",
        "dataset order closed",
        "pool order closed",
        "request order closed",
        "used again when partly used",
        "deal for enclaves",
        "deal with a callback",
        "sponsored deal",
        "deal paid by a contract",
        "callback",
        "callback that calls back",
        "worker that lost",
        "finished by several",
        "kitty's tenth",
        "kitty's least",
        "kitty's rest"
    ];

    function setUp() external {
        handler = new EverybodyHandler();
        handler.setUp();
    }

    function test_EverythingHappens() external {
        string[] memory actions = handler.actions();
        uint256[] memory done = new uint256[](actions.length);
        uint256[] memory seen = new uint256[](sights.length);
        uint256[] memory moves = new uint256[](50);
        uint256 start = vm.snapshotState();
        for (uint256 world; world < WORLDS; ++world) {
            _play(world);
            for (uint256 i; i < done.length; ++i) done[i] += _doneOf(actions[i]);
            for (uint256 i; i < seen.length; ++i) seen[i] += handler.sights(sights[i]);
            for (uint256 i; i < moves.length; ++i) moves[i] += _moves(i);
            vm.revertToState(start);
        }

        string memory rare;
        for (uint256 i; i < done.length; ++i) {
            if (done[i] < OFTEN) rare = string.concat(rare, actions[i], " ", vm.toString(done[i]), ", ");
        }
        for (uint256 i; i < seen.length; ++i) if (seen[i] == 0) rare = string.concat(rare, sights[i], ", ");
        assertEq(rare, "", "too rare");
        for (uint256 i; i < moves.length; ++i)
            assertEq(moves[i] > 0, _exists(i), string.concat("move ", vm.toString(i)));
    }

    function _play(uint256 world) private {
        bytes4[] memory selectors = handler.selectors();
        for (uint256 i; i < CALLS; ++i) {
            uint256 r = uint256(keccak256(abi.encode(world, i)));
            bytes memory call = abi.encodePacked(
                selectors[r % selectors.length],
                keccak256(abi.encode(r, 1)),
                keccak256(abi.encode(r, 2)),
                keccak256(abi.encode(r, 3)),
                keccak256(abi.encode(r, 4))
            );
            (bool success, ) = address(handler).call(call);
            assertTrue(success, vm.toString(call));
        }
    }

    function _doneOf(string memory action) private view returns (uint256 done) {
        (, done) = handler.countOf(action);
    }

    /// @dev Moves by number: 25 × boost + 5 × from + to.
    function _moves(uint256 i) private view returns (uint256) {
        return handler.moves(i >= 25, TaskStatus((i % 25) / 5), TaskStatus(i % 5));
    }

    /// @dev The arrows of law T1.
    function _exists(uint256 i) private pure returns (bool) {
        if (i >= 25) return i == 25 + 3 || i == 25 + 4;
        return i == 1 || i == 4 || i == 7 || i == 11 || i == 8 || i == 13 || i == 9 || i == 14;
    }
}
